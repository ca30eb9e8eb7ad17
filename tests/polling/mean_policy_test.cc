#include "polling/mean_policy.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'700'000'000)};
const std::string kFeed = "repos/o/r";

TEST(MeanPolicy, waits_one_mean_gap_and_counts_a_silence_as_one_more) {
  MeanPolicy policy({300s, {7, 500}});
  const EventTime t = core::to_event_time(kStart);
  const std::vector<EventTime> history = {t - 3000s, t - 2000s, t - 1000s};
  policy.add(kFeed, {}, {}, kStart);
  policy.observe(kFeed, {kStart, std::nullopt, history, true, true});
  EXPECT_EQ(policy.next(kFeed, kStart), kStart + 1000s);
  const Timestamp later = kStart + 3000s;
  policy.observe(kFeed, {later, kStart, {}, true, false});
  EXPECT_EQ(policy.next(kFeed, later), later + 2000s) << "6,000 s since the first of three";
}

TEST(MeanPolicy, asks_a_silent_feed_every_six_hours) {
  MeanPolicy policy({300s, {7, 500}});
  policy.add(kFeed, {}, {}, kStart);
  EXPECT_EQ(policy.next(kFeed, kStart), kStart + 6h);
}

TEST(MeanPolicy, averages_over_the_window_only) {
  MeanPolicy policy({300s, {7, 3}});
  const EventTime t = core::to_event_time(kStart);
  policy.add(kFeed, {}, {}, kStart);
  const std::vector<EventTime> many = {t - 50'000s, t - 300s, t - 200s, t - 100s};
  policy.observe(kFeed, {kStart, std::nullopt, many, true, true});
  EXPECT_EQ(policy.next(kFeed, kStart), kStart + 100s);
}

}  // namespace
}  // namespace repopulse::polling
