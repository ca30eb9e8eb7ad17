#include "polling/safety.h"

#include <gtest/gtest.h>

#include <vector>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::EventTime;

constexpr core::Timestamp kNow{std::chrono::seconds(1'700'000'000)};

std::vector<EventTime> every(std::chrono::seconds gap, int count) {
  std::vector<EventTime> arrivals;
  for (int i = count; i > 0; --i) arrivals.push_back(core::to_event_time(kNow) - i * gap);
  return arrivals;
}

TEST(SafeInterval, leaves_a_feed_of_few_events_alone) {
  EXPECT_EQ(safe_interval({}, kNow), core::Millis::max());
  EXPECT_EQ(safe_interval(every(60s, 20), kNow), core::Millis::max());
}

TEST(SafeInterval, ends_before_a_steady_feed_outruns_its_depth) {
  // 300 events of a feed of one a minute take five hours; the 99.9 % quantile of 250 is met at about 205 minutes.
  const core::Millis interval = safe_interval(every(60s, 600), kNow);
  EXPECT_GT(interval, 190min);
  EXPECT_LT(interval, 215min);
}

TEST(SafeInterval, is_shorter_where_counts_vary_more) {
  std::vector<EventTime> bursts;  // the same 600 events, ten at a time
  for (int i = 60; i > 0; --i) bursts.insert(bursts.end(), 10, core::to_event_time(kNow) - i * 600s);
  std::vector<EventTime> floods;  // and a hundred at a time
  for (int i = 6; i > 0; --i) floods.insert(floods.end(), 100, core::to_event_time(kNow) - i * 6000s);
  EXPECT_LE(safe_interval(bursts, kNow), safe_interval(every(60s, 600), kNow));
  EXPECT_LT(safe_interval(floods, kNow), safe_interval(bursts, kNow) * 2 / 3);
}

TEST(SafeInterval, takes_a_flood_under_way_to_go_on) {
  auto arrivals = every(1h, 100);
  for (int i = 400; i > 0; --i) arrivals.push_back(core::to_event_time(kNow) - i * 5s);
  EXPECT_LT(safe_interval(arrivals, kNow), 20min);
}

TEST(SafeInterval, does_not_hurry_for_ever_after_one_flood) {
  std::vector<EventTime> arrivals(300, core::to_event_time(kNow) - 86'400s);
  EXPECT_GT(safe_interval(arrivals, kNow), 2h);
}

}  // namespace
}  // namespace repopulse::polling
