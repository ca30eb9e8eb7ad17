#include "polling/safety.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <span>
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
  EXPECT_EQ(safe_interval({}, {}, {}, kNow), core::Millis::max());
  EXPECT_EQ(safe_interval(every(60s, 20), {}, {}, kNow), core::Millis::max());
}

TEST(SafeInterval, ends_before_a_steady_feed_outruns_its_depth) {
  // 300 events of a feed of one a minute take five hours; the 99.9 % quantile of 250 is met at about 205 minutes.
  const core::Millis interval = safe_interval(every(60s, 600), {}, {}, kNow);
  EXPECT_GT(interval, 190min);
  EXPECT_LT(interval, 215min);
}

TEST(SafeInterval, is_shorter_where_counts_vary_more) {
  std::vector<EventTime> bursts;  // the same 600 events, ten at a time
  for (int i = 60; i > 0; --i) bursts.insert(bursts.end(), 10, core::to_event_time(kNow) - i * 600s);
  std::vector<EventTime> floods;  // and a hundred at a time
  for (int i = 6; i > 0; --i) floods.insert(floods.end(), 100, core::to_event_time(kNow) - i * 6000s);
  EXPECT_LE(safe_interval(bursts, {}, {}, kNow), safe_interval(every(60s, 600), {}, {}, kNow));
  EXPECT_LT(safe_interval(floods, {}, {}, kNow), safe_interval(bursts, {}, {}, kNow) * 2 / 3);
}

TEST(SafeInterval, takes_a_flood_under_way_to_go_on) {
  auto arrivals = every(1h, 100);
  for (int i = 400; i > 0; --i) arrivals.push_back(core::to_event_time(kNow) - i * 5s);
  EXPECT_LT(safe_interval(arrivals, {}, {}, kNow), 20min);
}

TEST(SafeInterval, knows_how_fast_a_feed_is_that_fills_within_minutes) {
  for (const auto gap : {2s, 1s}) EXPECT_LT(safe_interval(every(gap, 600), {}, {}, kNow), 250 * gap) << gap.count();
}

TEST(SafeInterval, does_not_hurry_for_ever_after_one_flood) {
  std::vector<EventTime> arrivals(300, core::to_event_time(kNow) - 86'400s);
  EXPECT_GT(safe_interval(arrivals, {}, {}, kNow), 2h);
}

// A day whose events come one a minute, but for `length` in which 300 come.
void live_a_day(std::vector<EventTime>& arrivals, int days_ago, core::Seconds length) {
  const EventTime noon = core::to_event_time(kNow) - days_ago * 86'400s - 6h;
  for (int i = 0; i < 300; ++i) arrivals.push_back(noon + i * length / 300);
  for (int i = 0; i < 240; ++i) arrivals.push_back(noon + length + i * 60s);
}

core::Millis after_days(std::span<const core::Seconds> fill_times) {
  std::vector<EventTime> arrivals;
  for (std::size_t i = 0; i < fill_times.size(); ++i)
    live_a_day(arrivals, static_cast<int>(fill_times.size() - i), fill_times[i]);
  FillTimes seen;
  seen.observe(arrivals, arrivals.size());
  return seen.shortest(kNow);
}

TEST(FillTimes, come_again_as_fast_as_the_second_fastest_day) {
  EXPECT_EQ(after_days({}), core::Millis::max());
  EXPECT_EQ(after_days(std::array{3'600s}), core::Millis::max());
  EXPECT_EQ(after_days(std::array{3'600s, 7'200s, 1'800s}), 3'000s);  // 250 of 300 events
}

TEST(FillTimes, of_the_last_two_weeks_count) {
  std::vector<core::Seconds> days(16, 7'200s);
  days[0] = days[1] = 1'200s;
  EXPECT_EQ(after_days(days), 6'000s);
}

TEST(FillTimes, that_no_poller_could_follow_say_nothing) {
  EXPECT_EQ(after_days(std::array{60s, 3'600s, 60s, 3'600s}), 3'000s);
}

TEST(FillTimes, are_the_same_whether_seen_at_once_or_poll_by_poll) {
  std::vector<EventTime> arrivals;
  for (int day = 5; day > 0; --day) live_a_day(arrivals, day, day * 1'000s);
  FillTimes at_once, by_polls;
  at_once.observe(arrivals, arrivals.size());
  for (std::size_t end = 0; end < arrivals.size();) {
    const std::size_t fresh = std::min<std::size_t>(1 + end % 97, arrivals.size() - end);
    end += fresh;
    by_polls.observe(std::span(arrivals).first(end).last(std::min(end, kSafetyArrivals)), fresh);
  }
  EXPECT_EQ(by_polls.shortest(kNow), at_once.shortest(kNow));
}

TEST(SafeInterval, in_a_quiet_hour_expects_the_fill_times_of_other_days) {
  FillTimes fill_times;
  std::vector<EventTime> arrivals;
  for (int day = 3; day > 0; --day) live_a_day(arrivals, day, 3'000s);
  fill_times.observe(arrivals, arrivals.size());
  const auto quiet = every(600s, 100);
  EXPECT_LT(safe_interval(quiet, fill_times, {}, kNow), 2'500s);
  EXPECT_GT(safe_interval(quiet, {}, {}, kNow), 4h);
}

TEST(ShownRate, counts_what_reads_of_the_last_hour_brought_whenever_it_was_created) {
  ShownRate shown;
  core::Timestamp now = kNow;
  shown.observe(300, now);
  EXPECT_EQ(shown.per_second(), 0) << "nobody knows for how long the first ones have been there";
  for (int i = 0; i < 30; ++i) shown.observe(200, now += 6min);
  EXPECT_NEAR(shown.per_second(), 2000 / 3600.0, 1e-9);
  for (int i = 0; i < 20; ++i) shown.observe(20, now += 6min);
  EXPECT_NEAR(shown.per_second(), 200 / 3600.0, 1e-9) << "what was hours ago counts no more";
  shown.observe(20, now -= 24h);
  EXPECT_EQ(shown.per_second(), 0) << "the clock was set back";
}

TEST(SafeInterval, believes_the_rate_at_which_events_were_shown_where_many_are_not_shown_yet) {
  ShownRate shown;
  for (core::Timestamp at = kNow - 2h; at <= kNow; at += 6min) shown.observe(200, at);
  const std::vector<EventTime> arrivals = every(4s, 600);  // those that became visible of one in 1.8 s
  EXPECT_GT(safe_interval(arrivals, {}, {}, kNow), 9min);
  EXPECT_LT(safe_interval(arrivals, {}, shown, kNow), 250 * 1800ms);
}

TEST(SafeInterval, is_the_same_up_to_a_limit_whether_or_not_variation_had_to_be_looked_at) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    const std::size_t count = 25 + random() % 576;
    const auto days = 1 + random() % (round % 2 == 0 ? 4 : 400);
    std::vector<EventTime> arrivals;
    while (arrivals.size() < count) {
      const EventTime crowd = core::to_event_time(kNow) - core::Seconds(random() % (86'400 * days));
      for (std::uint64_t i = 0, size = 1 + random() % 40; i < size; ++i)
        arrivals.push_back(std::min(core::to_event_time(kNow), crowd + core::Seconds(random() % 900)));
    }
    std::ranges::sort(arrivals);
    FillTimes fills;
    fills.observe(arrivals, arrivals.size());
    const core::Millis all = safe_interval(arrivals, fills, {}, kNow);
    for (const core::Millis at_most : {core::Millis(1h), core::Millis(24h), core::Millis(14 * 24h)})
      EXPECT_EQ(safe_interval(arrivals, fills, {}, kNow, at_most), std::min(all, at_most));
  }
}

}  // namespace
}  // namespace repopulse::polling
