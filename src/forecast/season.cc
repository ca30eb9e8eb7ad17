#include "forecast/season.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace repopulse::forecast {
namespace {

constexpr std::int64_t kMillisPerHour = 3'600'000;
constexpr std::int64_t kEpochOffsetHours = 3 * 24;  // 1970-01-01 was a Thursday
constexpr double kDayStrength = 2;                  // a day of the week takes twice the evidence of an hour
constexpr int kRounds = 3;                          // hours and days explain each other; this settles quickly

template <std::size_t N>
void normalise(std::array<double, N>& factors) {
  const double mean = std::accumulate(factors.begin(), factors.end(), 0.0) / static_cast<double>(N);
  for (double& factor : factors) factor /= mean;
}

// Neighbouring hours are alike: each borrows from both sides, around midnight too.
void smooth(std::array<double, Season::kHours>& values) {
  const auto raw = values;
  for (std::size_t h = 0; h < Season::kHours; ++h) {
    const double sides = raw[(h + 1) % Season::kHours] + raw[(h + Season::kHours - 1) % Season::kHours];
    values[h] = 0.5 * raw[h] + 0.25 * sides;
  }
}

}  // namespace

std::size_t hour_of_week(core::Timestamp when) {
  const std::int64_t hours = core::unix_millis(when) / kMillisPerHour + kEpochOffsetHours;
  return static_cast<std::size_t>(hours % static_cast<std::int64_t>(kHoursOfWeek));
}

Season::Season() {
  hours_.fill(1);
  days_.fill(1);
}

Season::Place Season::place(core::Timestamp when) {
  const std::size_t hour = hour_of_week(when);
  const double within = static_cast<double>(core::unix_millis(when) % kMillisPerHour) / kMillisPerHour - 0.5;
  const std::size_t neighbour = within < 0 ? (hour + kHoursOfWeek - 1) % kHoursOfWeek : (hour + 1) % kHoursOfWeek;
  return {static_cast<std::uint8_t>(hour), static_cast<std::uint8_t>(neighbour), std::abs(within)};
}

double Season::at(const Place& place) const {
  const double here = hours_[place.here % kHours] * days_[place.here / kHours];
  const double there = hours_[place.there % kHours] * days_[place.there / kHours];
  return here + place.share * (there - here);
}

Season Season::from_factors(const std::array<double, kHours>& hours, const std::array<double, kDays>& days) {
  Season season;
  season.hours_ = hours;
  season.days_ = days;
  normalise(season.hours_);
  normalise(season.days_);
  return season;
}

Season Season::fit(const SeasonEvidence& evidence, const Season& prior, double strength) {
  const auto& [seen, expected] = evidence;
  Season season = prior;
  for (int round = 0; round < kRounds; ++round) {
    std::array<double, kHours> hour_seen{}, hour_expected{};
    std::array<double, kDays> day_seen{}, day_expected{};
    for (std::size_t i = 0; i < kHoursOfWeek; ++i) {
      hour_seen[i % kHours] += seen[i];
      hour_expected[i % kHours] += expected[i] * season.days_[i / kHours];
    }
    smooth(hour_seen);
    smooth(hour_expected);
    for (std::size_t h = 0; h < kHours; ++h) {
      season.hours_[h] = (hour_seen[h] + strength * prior.hours_[h]) / (hour_expected[h] + strength);
    }
    normalise(season.hours_);
    for (std::size_t i = 0; i < kHoursOfWeek; ++i) {
      day_seen[i / kHours] += seen[i];
      day_expected[i / kHours] += expected[i] * season.hours_[i % kHours];
    }
    for (std::size_t d = 0; d < kDays; ++d) {
      season.days_[d] =
          (day_seen[d] + kDayStrength * strength * prior.days_[d]) / (day_expected[d] + kDayStrength * strength);
    }
    normalise(season.days_);
  }
  return season;
}

}  // namespace repopulse::forecast
