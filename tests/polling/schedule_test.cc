#include "polling/schedule.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'700'000'000)};

TEST(Schedule, that_is_empty_has_nothing_next) {
  Schedule schedule;
  EXPECT_FALSE(schedule.next());
  schedule.set_due("repos/o/a", kStart);
  schedule.remove("repos/o/a");
  EXPECT_FALSE(schedule.next());
  schedule.remove("repos/o/a");
}

TEST(Schedule, gives_the_first_by_name_of_those_that_are_due_at_one_time) {
  Schedule schedule;
  for (const char* feed : {"repos/o/b", "orgs/o", "repos/o/a"}) schedule.set_due(feed, kStart);
  EXPECT_EQ(schedule.next()->feed, "orgs/o");
  schedule.set_due("orgs/o", kStart + 1s);
  EXPECT_EQ(schedule.next()->feed, "repos/o/a");
}

TEST(Schedule, lets_a_walk_go_before_all_others_until_it_is_over) {
  Schedule schedule;
  schedule.set_due("repos/o/a", kStart + 1h);
  schedule.set_due("repos/o/b", kStart);
  schedule.ask("repos/o/a");
  schedule.set_walking(true);
  schedule.close_question();
  EXPECT_EQ(schedule.next()->feed, "repos/o/a");
  EXPECT_EQ(schedule.next()->due, kStart + 1h) << "its own due time, not that of the one it goes before";
  schedule.ask("repos/o/a");
  schedule.set_walking(false);
  EXPECT_EQ(schedule.next()->feed, "repos/o/b");
}

TEST(Schedule, forgets_all_of_a_feed_that_is_removed) {
  Schedule schedule;
  schedule.set_due("repos/o/a", kStart);
  schedule.set_urgent("repos/o/a", true);
  schedule.ask("repos/o/a");
  schedule.set_walking(true);
  schedule.remove("repos/o/a");
  EXPECT_FALSE(schedule.asked());
  EXPECT_FALSE(schedule.walking());
  EXPECT_FALSE(schedule.is_urgent("repos/o/a"));
}

TEST(Schedule, leaves_the_question_to_another_feed_alone_when_a_feed_is_removed) {
  Schedule schedule;
  schedule.set_due("repos/o/a", kStart);
  schedule.set_due("repos/o/b", kStart);
  schedule.ask("repos/o/a");
  schedule.remove("repos/o/b");
  EXPECT_EQ(schedule.asked(), "repos/o/a");
}

RC_GTEST_PROP(Schedule, gives_the_least_of_all_due_times_whatever_was_moved_and_removed, ()) {
  Schedule schedule;
  std::map<std::string, Timestamp> model;
  for (int i = *rc::gen::inRange(1, 60); i > 0; --i) {
    const std::string feed = "repos/o/" + std::to_string(*rc::gen::inRange(0, 8));
    if (*rc::gen::inRange(0, 4) == 0) {
      schedule.remove(feed);
      model.erase(feed);
    } else {
      const Timestamp due = kStart + std::chrono::seconds(*rc::gen::inRange(0, 5));
      schedule.set_due(feed, due);
      model[feed] = due;
    }
    const auto next = schedule.next();
    RC_ASSERT(next.has_value() == !model.empty());
    if (model.empty()) continue;
    const auto least = std::ranges::min_element(model, {}, [](const auto& e) { return std::pair(e.second, e.first); });
    RC_ASSERT(next->feed == least->first);
    RC_ASSERT(next->due == least->second);
    RC_ASSERT(schedule.due(least->first) == least->second);
  }
}

}  // namespace
}  // namespace repopulse::polling
