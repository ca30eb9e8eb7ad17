// Settings that change while the monitor runs.
#include "monitor/tuning.h"

#include <gtest/gtest.h>

#include "tests/monitor/parts.h"

namespace repopulse::monitor::test {
namespace {

core::BotPatterns only(const char* pattern) {
  core::BotPatterns bots;
  bots.add(pattern);
  return bots;
}

class TuningTest : public PartsTest {
 protected:
  // Three events of `ada`.
  void add_with_events(const std::string& name) {
    store::RepositoryEvents batch{add(name), {}};
    for (int i = 0; i < 3; ++i) {
      batch.events.push_back(event(++last_id_, core::to_event_time(kNow - std::chrono::seconds(i)), name));
      batch.events.back().actor = "ada";
    }
    ASSERT_TRUE(store_.commit({.events = {batch}, .feeds = {}, .gaps = {}, .notes = {}, .fence = {}}));
  }
  core::Status set(core::BotPatterns bots) {
    Board::Locked board = board_.lock();
    return set_bots(board, store_, std::move(bots), kNow);
  }
  std::size_t robots(const std::string& name = "o/r") {
    return board_.snapshot()->find(name)->window.statistics(kNow, core::Actors::kBots).events;
  }

 private:
  std::uint64_t last_id_ = 0;
};

TEST_F(TuningTest, other_robots_are_robots_in_every_window_and_in_those_to_come) {
  for (const char* name : {"o/r", "o/s"}) add_with_events(name);
  ASSERT_TRUE(set(only("nobody")));
  EXPECT_EQ(robots(), 0u);
  const auto before = view("o/r");
  ASSERT_TRUE(set(only("ad*")));
  EXPECT_EQ(robots("o/r"), 3u);
  EXPECT_EQ(robots("o/s"), 3u);
  EXPECT_GT(view("o/r")->version, before->version);
  EXPECT_GT(view("o/r")->events_version, before->events_version) << "caches would keep the old answer";
  EXPECT_EQ(*board_.snapshot()->bots, only("ad*"));
  add("o/t");
  core::Window later = view("o/t")->window;
  later.insert({1, core::to_event_time(kNow)}, "PushEvent", kNow, "ada");
  EXPECT_EQ(later.statistics(kNow, core::Actors::kBots).events, 1u);
}

TEST_F(TuningTest, robots_stay_as_they_are_while_the_store_is_away) {
  add_with_events("o/r");
  ASSERT_TRUE(set(only("ad*")));
  store_.fail_next(1);
  EXPECT_FALSE(set(only("nobody")));
  EXPECT_EQ(robots(), 3u);
  EXPECT_EQ(*board_.snapshot()->bots, only("ad*"));
}

}  // namespace
}  // namespace repopulse::monitor::test
