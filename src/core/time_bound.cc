#include "core/time_bound.h"

#include <charconv>
#include <chrono>
#include <string>

namespace repopulse::core {

std::optional<EventTime> parse_time_bound(std::string_view text, Fraction fraction) {
  if (const auto time = parse_rfc3339(text, fraction)) return time;
  // The calendar repeats after 400 years, so an early time is read as the one 2,000 years later.
  constexpr int kShiftYears = 2000;
  constexpr std::chrono::days kShift{146'097 * (kShiftYears / 400)};
  constexpr int kLastEarlyYear = 1970;  // its first hours may be before 1970 in UTC
  constexpr std::size_t kYearDigits = 4;
  int year = 0;
  const std::string_view digits = text.substr(0, kYearDigits);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), year);
  if (error != std::errc() || end != digits.data() + kYearDigits || year < 1 || year > kLastEarlyYear) {
    return std::nullopt;
  }
  constexpr EventTime kEarliest{Seconds(-62'135'596'800)};  // of the year 1: an earlier one has no such text
  const auto later = parse_rfc3339(std::to_string(year + kShiftYears).append(text.substr(kYearDigits)), fraction);
  if (!later || *later - kShift < kEarliest) return std::nullopt;
  return *later - kShift;
}

}  // namespace repopulse::core
