// The season of a week: how much busier than its average a feed is at an hour of the day and on a day of the week. A
// value; it knows no feed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/time.h"

namespace repopulse::forecast {

inline constexpr std::size_t kHoursOfWeek = 7 * 24;
std::size_t hour_of_week(core::Timestamp when);  // 0: Monday, 0:00 to 1:00 UTC

// By hour of the week: the events that were seen, and those that were expected without a season.
struct SeasonEvidence {
  std::array<double, kHoursOfWeek> seen{};
  std::array<double, kHoursOfWeek> expected{};
};

// A factor by the hour of the day (UTC) times a factor by the day of the week; both average 1. A value.
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
  static Place place(core::Timestamp when);

  // Factor at a moment, linear between the middles of hours.
  double at(const Place& place) const;
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
