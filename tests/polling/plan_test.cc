#include "polling/plan.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'700'000'000)};
constexpr Millis kLongest = 24h;

// Wishes what the test says.
class TestPolicy final : public Policy {
 public:
  std::string_view name() const override { return "test"; }
  void add(std::string_view, std::span<const core::EventTime>, std::string_view, Timestamp) override {}
  void remove(std::string_view) override {}
  void observe(std::string_view, const PollObservation&) override {}
  Timestamp next(std::string_view, Timestamp) override { return wish; }
  double gain_together(std::span<const std::string>) const override { return gain; }
  std::string save(std::string_view) const override { return {}; }

  Timestamp wish = kStart;
  double gain = 1;
};

class PlanTest : public testing::Test {
 protected:
  static Feed feed(Millis floor = 60s) {
    core::FeedState state;
    state.feed = "repos/o/r";
    state.floor = floor;
    state.last_polled_at = kStart;
    state.last_full_at = kStart;
    return Feed(state);
  }
  TestPolicy policy_;
  Plan plan_{policy_, kLongest};
};

TEST_F(PlanTest, follows_the_policys_wish_between_the_floor_and_the_longest_interval) {
  policy_.wish = kStart + 10min;
  EXPECT_EQ(plan_.due(feed(), kStart), kStart + 10min);
  policy_.wish = kStart + 1s;
  EXPECT_EQ(plan_.due(feed(), kStart), kStart + 60s);
  EXPECT_EQ(plan_.due(feed(15min), kStart), kStart + 15min);
  policy_.wish = kStart + 48h;
  EXPECT_EQ(plan_.due(feed(), kStart), kStart + kLongest);
}

TEST_F(PlanTest, never_waits_longer_than_is_safe_for_a_busy_feed) {
  Feed busy = feed();
  std::vector<core::EventTime> arrivals;
  for (int i = 600; i > 0; --i) arrivals.push_back(core::to_event_time(kStart) - i * 10s);
  busy.arrivals().set_history(arrivals);
  busy.learn(kStart);
  policy_.wish = kStart + 12h;
  EXPECT_LT(plan_.due(busy, kStart), kStart + 2500s) << "250 events fill a feed";
  EXPECT_GT(plan_.due(busy, kStart), kStart + 20min);
}

TEST_F(PlanTest, reads_at_once_where_events_lie_unseen_and_keeps_the_floor) {
  policy_.wish = kStart + 12h;
  Feed open = feed();
  open.leave_open(7, std::nullopt);
  EXPECT_EQ(plan_.due(open, kStart + 5s), kStart + 60s);
  EXPECT_EQ(plan_.due(open, kStart + 5min), kStart + 5min);
  EXPECT_EQ(plan_.check_due(open, 1h, kStart + 5min), kStart + 5min);
  Feed unproven = feed();
  unproven.set_whole_at(std::nullopt);
  EXPECT_EQ(plan_.check_due(unproven, 1h, kStart + 5min), kStart + 5min);
}

TEST_F(PlanTest, keeps_what_was_planned_before_a_restart_unless_the_policy_wishes_earlier) {
  core::FeedState state = feed().state();
  state.next_poll_at = kStart + 2h;
  policy_.wish = kStart + 3h;
  EXPECT_EQ(plan_.first_due(Feed(state), kStart + 1min), kStart + 2h);
  policy_.wish = kStart + 1h;
  EXPECT_EQ(plan_.first_due(Feed(state), kStart + 1min), kStart + 59min) << "its interval counts from the last read";
  policy_.wish = kStart + 100min;
  EXPECT_EQ(plan_.first_due(Feed(state), kStart + 90min), kStart + 90min)
      << "or processes that start again and again would never ask";
  core::FeedState failing = state;
  failing.failures_in_a_row = 3;
  EXPECT_EQ(plan_.first_due(Feed(failing), kStart + 1min), kStart + 2h) << "a feed in trouble goes on resting";
  core::FeedState fresh;
  fresh.feed = "repos/o/new";
  EXPECT_EQ(plan_.first_due(Feed(fresh), kStart), kStart);
}

TEST_F(PlanTest, checks_an_informed_feed_daily_and_weekly_where_its_source_looks_far_back) {
  Feed quiet = feed();
  Plan patient(policy_, std::chrono::days(30));
  EXPECT_EQ(patient.check_due(quiet, 1h, kStart), kStart + 24h);
  EXPECT_EQ(patient.check_due(quiet, 12h, kStart), kStart + std::chrono::days(7));
}

TEST_F(PlanTest, checks_an_informed_feed_at_once_before_its_first_page_is_full_of_events_heard_elsewhere) {
  Feed informed = feed();
  for (int i = 0; i < 59; ++i) informed.arrivals().hear(core::to_event_time(kStart) + i * 1s);
  informed.seen_elsewhere(kStart);
  informed.learn(kStart + 5min);
  EXPECT_GT(plan_.check_due(informed, 1h, kStart + 5min), kStart + 5min);
  informed.arrivals().hear(core::to_event_time(kStart) + 60s);
  informed.seen_elsewhere(kStart);
  informed.learn(kStart + 5min);
  EXPECT_EQ(plan_.check_due(informed, 1h, kStart + 5min), kStart + 5min);
}

TEST_F(PlanTest, opens_a_source_for_a_quarter_of_the_requests_and_keeps_it_for_less) {
  const std::array<std::string, 2> two = {"repos/o/a", "repos/o/b"};
  policy_.gain = 1.2;
  EXPECT_FALSE(plan_.worth_asking(two, false));
  EXPECT_TRUE(plan_.worth_asking(two, true));
  policy_.gain = 1.25;
  EXPECT_TRUE(plan_.worth_asking(two, false));
  policy_.gain = 1.04;
  EXPECT_FALSE(plan_.worth_asking(two, true));
  policy_.gain = 5;
  EXPECT_FALSE(plan_.worth_asking(std::span(two).first(1), true)) << "one feed has no use for a source";
}

TEST_F(PlanTest, asks_a_source_as_its_feeds_wish_and_no_later_than_is_safe_for_the_busiest) {
  Feeds feeds;
  for (const std::string name : {"repos/o/a", "repos/o/b"}) {
    core::FeedState state = feed().state();
    state.feed = name;
    feeds.try_emplace(name, state);
  }
  std::vector<core::EventTime> arrivals;
  for (int i = 600; i > 0; --i) arrivals.push_back(core::to_event_time(kStart) - i * 10s);
  const std::array<std::string, 2> informs = {"repos/o/a", "repos/o/b"};
  policy_.wish = kStart + 12h;
  EXPECT_EQ(plan_.source_due(feed(), informs, feeds, kStart), kStart + 12h);
  Feed& busy = feeds.find("repos/o/b")->second;
  busy.arrivals().set_history(arrivals);
  busy.learn(kStart);
  EXPECT_LT(plan_.source_due(feed(), informs, feeds, kStart), kStart + 2500s);
}

}  // namespace
}  // namespace repopulse::polling
