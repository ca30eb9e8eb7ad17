// The season of a week: how much busier than its average a feed is at an hour of the day and on a day of the week. A
// value; it knows no feed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/time.h"

namespace repopulse::forecast {

inline constexpr std::size_t kHoursOfWeek = 7 * 24;
inline constexpr std::int64_t kMillisPerHour = 3'600'000;

// 0: Monday, 0:00 to 1:00 UTC
inline std::size_t hour_of_week(core::Timestamp when) {
  constexpr std::int64_t kEpochOffsetHours = 3 * 24;  // 1970-01-01 was a Thursday
  const std::int64_t hours = core::unix_millis(when) / kMillisPerHour + kEpochOffsetHours;
  return static_cast<std::size_t>(hours % static_cast<std::int64_t>(kHoursOfWeek));
}

// By hour of the week: the events that were seen, and those that were expected without a season.
struct SeasonEvidence {
  std::array<double, kHoursOfWeek> seen{};
  std::array<double, kHoursOfWeek> expected{};
};

// A factor by the hour of the day (UTC) times a factor by the day of the week; both average 1. A value. Predictions ask
// for it at hundreds of moments, so these questions are answered in this header.
class Season {
 public:
  static constexpr std::size_t kHours = 24;
  static constexpr std::size_t kDays = 7;

  Season();  // 1 everywhere

  // A moment of the week: between the middles of which two hours it lies, and how far from the first.
  struct Place {
    std::uint8_t here = 0;
    std::uint8_t there = 0;
    double share = 0;
  };
  static Place place(core::Timestamp when) {
    const std::size_t hour = hour_of_week(when);
    const double within = static_cast<double>(core::unix_millis(when) % kMillisPerHour) / kMillisPerHour - 0.5;
    const std::size_t neighbour = within < 0 ? (hour + kHoursOfWeek - 1) % kHoursOfWeek : (hour + 1) % kHoursOfWeek;
    return {static_cast<std::uint8_t>(hour), static_cast<std::uint8_t>(neighbour), within < 0 ? -within : within};
  }

  // Factor at a moment, linear between the middles of hours.
  double at(const Place& place) const {
    const double here = hours_[place.here % kHours] * days_[place.here / kHours];
    const double there = hours_[place.there % kHours] * days_[place.there / kHours];
    return here + place.share * (there - here);
  }
  double at(core::Timestamp when) const { return at(place(when)); }

  const std::array<double, kHours>& hours() const { return hours_; }
  const std::array<double, kDays>& days() const { return days_; }

  // The factors that explain the evidence; `strength` is how many events' worth of it `prior` weighs in each hour of
  // the day, and half of what it weighs in each day.
  static Season fit(const SeasonEvidence& evidence, const Season& prior, double strength);
  static Season from_factors(const std::array<double, kHours>& hours, const std::array<double, kDays>& days);

 private:
  std::array<double, kHours> hours_;
  std::array<double, kDays> days_;
};

}  // namespace repopulse::forecast
