#include "alerts/series.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace repopulse::alerts {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Seconds;

constexpr EventTime kMonday = core::event_time_from_unix(1'731'283'200);  // 0:00 UTC
constexpr double kDefault = 0.001;

double uniform(std::mt19937_64& random) {
  return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
}

// Independent events, so many a day.
std::vector<EventTime> poisson(double per_day, int days, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<EventTime> times;
  for (double at = 0;;) {
    at -= std::log(uniform(random)) * 86'400 / per_day;
    if (at >= days * 86'400.0) return times;
    times.push_back(kMonday + Seconds(static_cast<std::int64_t>(at)));
  }
}

// From Monday to Friday, from 8 to 18 h, every quarter of an hour.
std::vector<EventTime> working_days(int weeks) {
  std::vector<EventTime> times;
  for (int day = 0; day < weeks * 7; ++day) {
    if (day % 7 >= 5) continue;
    for (std::chrono::minutes at = 8h; at < 18h; at += 15min) times.push_back(kMonday + std::chrono::days(day) + at);
  }
  return times;
}

TEST(Series, allows_the_longer_a_silence_the_rarer_the_events) {
  const auto allowed = [](double per_day) { return Series(poisson(per_day, 40, 7)).allowed_silence(kDefault).value(); };
  const Seconds busy = allowed(200), quiet = allowed(10);
  // Of independent events that come λ times a second, one silence in a thousand is longer than ln(1000)/λ.
  EXPECT_GT(busy, 40min);
  EXPECT_LT(busy, 4h);
  EXPECT_GT(quiet, 10h);
  EXPECT_LT(quiet, 48h);
}

TEST(Series, allows_a_longer_silence_to_who_accepts_fewer_false_alarms) {
  const Series series(poisson(20, 40, 3));
  EXPECT_GT(series.allowed_silence(1e-8).value(), series.allowed_silence(1e-5).value());
  EXPECT_GT(series.allowed_silence(1e-5).value(), series.allowed_silence(kDefault).value());
  EXPECT_GT(series.allowed_silence(kDefault).value(), series.allowed_silence(0.5).value());
  // 20 a day are some 600 pauses a month.
  EXPECT_NEAR(series.rare_probability(), 1.0 / 1200, 1.0 / 6000);
}

TEST(Series, knows_that_nothing_comes_at_the_weekend) {
  std::vector<EventTime> times = working_days(6);
  const EventTime friday_evening = times.back();
  Series series(times);
  const Seconds allowed = series.allowed_silence(kDefault).value();
  EXPECT_GT(friday_evening + allowed, kMonday + std::chrono::days(5 * 7 + 6) + 20h) << "an alarm before Sunday evening";
  EXPECT_LT(friday_evening + allowed, kMonday + std::chrono::days(6 * 7 + 1)) << "no alarm on Monday";
  // In the middle of a working day, the same silence is noticed within hours.
  const EventTime tuesday_noon = kMonday + std::chrono::days(6 * 7 + 1) + 12h;
  std::vector<EventTime> more = working_days(7);
  std::erase_if(more, [&](EventTime at) { return at <= friday_evening || at > tuesday_noon; });
  series.add(more);
  EXPECT_LT(series.allowed_silence(kDefault).value(), 5h);
}

TEST(Series, says_nothing_of_few_events) {
  std::vector<EventTime> times = {kMonday, kMonday + 10min, kMonday + 20min, kMonday + 30min};
  EXPECT_FALSE(Series(times).allowed_silence(kDefault).has_value());
  times.push_back(kMonday + 40min);
  EXPECT_TRUE(Series(times).allowed_silence(kDefault).has_value());
}

TEST(Series, does_not_depend_on_how_events_were_handed_in) {
  const std::vector<EventTime> times = poisson(30, 20, 5);
  const auto half = static_cast<std::ptrdiff_t>(times.size() / 2);
  const std::vector<EventTime> history(times.begin(), times.begin() + half);
  Series at_once(history), one_by_one(history);
  at_once.add(std::vector<EventTime>(times.begin() + half, times.end()));
  for (auto at = times.begin() + half; at != times.end(); ++at) one_by_one.add(std::vector{*at});
  EXPECT_EQ(at_once.newest(), one_by_one.newest());
  const auto hour = std::chrono::floor<std::chrono::hours>(times.back());
  ASSERT_NE(at_once.hour(hour), nullptr);
  EXPECT_EQ(at_once.hour(hour)->events, one_by_one.hour(hour)->events);
}

TEST(Series, counts_an_hour_and_compares_it_with_the_forecast_and_the_month_before) {
  std::vector<EventTime> times = poisson(48, 30, 11);
  Series series(times);
  const EventTime hour = std::chrono::floor<std::chrono::hours>(times.back()) + 1h;
  std::vector<EventTime> flood;
  for (int i = 0; i < 60; ++i) flood.push_back(hour + Seconds(i));
  series.add(flood);
  ASSERT_NE(series.hour(hour), nullptr);
  EXPECT_EQ(series.hour(hour)->events, 60);
  EXPECT_LT(series.hour(hour)->allowed(kDefault), 30);
  EXPECT_GE(series.hour(hour)->usual_most, 5);
  EXPECT_LT(series.hour(hour)->usual_most, 15);
  EXPECT_EQ(series.hour(hour + 1h), nullptr);
}

// Brute force over many weeks: of the pauses between independent events, no more are held too long than the
// probability says.
TEST(Series, raises_about_as_many_false_alarms_as_the_probability_says) {
  int alarms = 0, pauses = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const std::vector<EventTime> times = poisson(12, 90, seed);
    const auto known = std::ranges::lower_bound(times, kMonday + std::chrono::days(30));
    Series series(std::vector<EventTime>(times.begin(), known));
    for (auto at = known; at != times.end(); ++at) {
      const auto allowed = series.allowed_silence(0.02);
      ++pauses;
      if (allowed && *at - series.newest() > *allowed) ++alarms;
      series.add(std::vector{*at});
    }
  }
  EXPECT_GT(pauses, 4000);
  EXPECT_GT(alarms, pauses * 0.01);
  EXPECT_LT(alarms, pauses * 0.03);
}

}  // namespace
}  // namespace repopulse::alerts
