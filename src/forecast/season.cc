#include "forecast/season.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace repopulse::forecast {
namespace {

constexpr double kDayStrength = 2;  // a day of the week takes twice the evidence of an hour
constexpr int kRounds = 3;          // hours and days explain each other; this settles quickly

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

Season::Season() {
  hours_.fill(1);
  days_.fill(1);
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
