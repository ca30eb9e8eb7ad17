#include "forecast/seasonal_mean.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <vector>

namespace repopulse::forecast {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Timestamp;

constexpr EventTime kMonday{std::chrono::sys_days(std::chrono::year(2024) / 1 / 8)};

std::vector<EventTime> by_chance(int events, core::Seconds span, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<EventTime> times;
  for (int i = 0; i < events; ++i)
    times.push_back(kMonday + core::Seconds(random() % static_cast<std::uint64_t>(span.count())));
  std::ranges::sort(times);
  return times;
}

SeasonalForecast known_at_once(const std::vector<EventTime>& times, core::Seconds span) {
  SeasonalMean mean;
  mean.learn(times, core::to_timestamp(kMonday + span));
  return *mean.forecast();
}

// Without a model.
double of_day(const SeasonalForecast& forecast, EventTime from) {
  double events = 0;
  for (int h = 0; h < 24; ++h)
    events += forecast.rate * 3600 * forecast.season.at(core::to_timestamp(from + h * 1h + 30min));
  return events;
}

TEST(SeasonalMean, says_the_same_whether_it_learns_at_once_or_in_pieces) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const core::Seconds span = 1h * (3 + seed * seed);
    const auto times = by_chance(static_cast<int>(20 * seed), span, seed);
    const SeasonalForecast whole = known_at_once(times, span);
    std::mt19937_64 random(seed);
    SeasonalMean pieces;
    auto next = times.begin();
    pieces.learn({next, next + 1}, core::to_timestamp(times.front()));
    ++next;
    for (EventTime at = times.front(); at < kMonday + span;) {
      at = std::min(at + core::Seconds(random() % 20'000), kMonday + span);
      const auto end = std::upper_bound(next, times.end(), at);
      pieces.learn({next, end}, core::to_timestamp(at));
      next = end;
    }
    const SeasonalForecast forecast = *pieces.forecast();
    SCOPED_TRACE("seed " + std::to_string(seed));
    EXPECT_NEAR(forecast.rate / whole.rate, 1, 1e-3);
    EXPECT_NEAR(forecast.dispersion / whole.dispersion, 1, 1e-3);
    EXPECT_EQ(forecast.known_for, whole.known_for);
    for (int h = 0; h < 7 * 24; ++h) {
      const Timestamp hour = core::to_timestamp(kMonday + h * 1h);
      EXPECT_NEAR(forecast.hour(hour, 1).mean / whole.hour(hour, 1).mean, 1, 2e-3) << h;
    }
  }
}

TEST(SeasonalMean, expects_the_mean_of_what_came) {
  const SeasonalForecast forecast = known_at_once(by_chance(7 * 240, 7 * 24h, 1), 7 * 24h);
  double week = 0;
  for (int day = 0; day < 7; ++day) week += of_day(forecast, kMonday + (7 + day) * 24h);
  EXPECT_NEAR(week / (7 * 240), 1, 0.02);
  EXPECT_LT(forecast.dispersion, 1.3);
}

TEST(SeasonalMean, trusts_crowds_less_than_as_many_events_that_come_evenly) {
  std::vector<EventTime> evenly, crowds;
  for (int i = 0; i < 60; ++i) {
    evenly.push_back(kMonday + i * 6min);
    crowds.push_back(kMonday + i / 12 * 72min + i % 12 * 10s);
  }
  const SeasonalForecast even = known_at_once(evenly, 6h), crowded = known_at_once(crowds, 6h);
  EXPECT_LT(crowded.rate, 0.7 * even.rate);
  EXPECT_GT(crowded.dispersion, 1.5 * even.dispersion);
}

TEST(SeasonalMean, learns_the_hours_of_the_week) {
  std::vector<EventTime> times;
  for (int h = 0; h < 28 * 24; ++h) {
    if (h % (7 * 24) >= 5 * 24 || h % 24 < 8 || h % 24 >= 18) continue;
    for (int i = 0; i < 4; ++i) times.push_back(kMonday + h * 1h + i * 15min);
  }
  const SeasonalForecast forecast = known_at_once(times, 28 * 24h);
  const double monday = of_day(forecast, kMonday + 28 * 24h);
  const double saturday = of_day(forecast, kMonday + 33 * 24h);
  EXPECT_LT(saturday, 0.5 * monday);
  const auto at = [&](int hour) { return forecast.hour(core::to_timestamp(kMonday + 28 * 24h + hour * 1h), 0).mean; };
  EXPECT_LT(at(2), 0.3 * at(12));
}

TEST(SeasonalMean, forgets_what_is_long_gone) {
  const auto times = by_chance(14 * 100, 14 * 24h, 3);
  SeasonalMean mean;
  mean.learn(times, core::to_timestamp(kMonday + 14 * 24h));
  const double then = mean.forecast()->rate;
  mean.learn({}, core::to_timestamp(kMonday + 100 * 24h));
  EXPECT_LT(mean.forecast()->rate, then / 20);
}

TEST(SeasonalMean, knows_little_of_hours_that_were_never_watched) {
  const SeasonalForecast forecast = known_at_once(by_chance(100, 10h, 4), 10h);
  const auto spread = [&](EventTime from) {
    const CountDistribution hour = forecast.hour(core::to_timestamp(from), 0);
    return (hour.dispersion - forecast.dispersion) / hour.mean;
  };
  EXPECT_GT(spread(kMonday + 15h), 2 * spread(kMonday + 24h + 5h)) << "a night and a morning";
  EXPECT_GT(spread(kMonday + 5 * 24h + 5h), 2 * spread(kMonday + 24h + 5h)) << "a weekend";
}

TEST(SeasonalMean, listens_to_the_model_the_more_is_known) {
  const auto share = [](const SeasonalForecast& forecast) {
    const Timestamp at = core::to_timestamp(kMonday + 40 * 24h);
    return forecast.hour(at, 100).mean - forecast.hour(at, 99).mean;
  };
  const double young = share(known_at_once(by_chance(50, 5h, 5), 5h));
  const double week = share(known_at_once(by_chance(500, 7 * 24h, 5), 7 * 24h));
  const double month = share(known_at_once(by_chance(900, 30 * 24h, 5), 30 * 24h));
  EXPECT_LT(young, 0.01);
  EXPECT_GT(week, 0.1);
  EXPECT_GT(month, week);
}

TEST(SeasonalMean, widens_the_interval_where_the_model_disagrees) {
  const SeasonalForecast forecast = known_at_once(by_chance(900, 30 * 24h, 6), 30 * 24h);
  const Timestamp at = core::to_timestamp(kMonday + 30 * 24h + 12h);
  const double mean = forecast.hour(at, 0).mean / (1 - (forecast.hour(at, 1).mean - forecast.hour(at, 0).mean));
  EXPECT_GT(forecast.hour(at, 10 * mean).dispersion, 2 * forecast.hour(at, mean).dispersion);
}

}  // namespace
}  // namespace repopulse::forecast
