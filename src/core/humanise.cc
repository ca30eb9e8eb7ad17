#include "core/humanise.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "core/time.h"

namespace repopulse::core {
namespace {

constexpr double kLongest = 1e15;  // seconds; beyond that the number is nonsense
constexpr Seconds kDaysAloneFrom = std::chrono::days(30);

struct ShownUnit {
  std::int64_t seconds;
  const char* name;
};
constexpr std::array<ShownUnit, 4> kShownUnits = {{{86'400, "d"}, {3'600, "h"}, {60, "min"}, {1, "s"}}};

std::string with_unit(std::int64_t count, const ShownUnit& unit) {
  return humanise_count(static_cast<std::uint64_t>(count)) + " " + unit.name;
}

}  // namespace

std::string humanise_seconds(double seconds) {
  if (!std::isfinite(seconds) || std::abs(seconds) > kLongest) return "-";
  if (seconds < 0) return "-" + humanise_seconds(-seconds);
  if (seconds < 9.95 && seconds != std::floor(seconds)) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f s", seconds);
    return text.data();
  }
  const auto whole = std::llround(seconds);
  for (std::size_t i = 0; i + 1 < kShownUnits.size(); ++i) {
    const ShownUnit& unit = kShownUnits[i];
    const ShownUnit& next = kShownUnits[i + 1];
    if (whole < unit.seconds) continue;
    const std::int64_t smaller = Seconds(whole) < kDaysAloneFrom ? whole % unit.seconds / next.seconds : 0;
    const std::string text = with_unit(whole / unit.seconds, unit);
    return smaller == 0 ? text : text + " " + with_unit(smaller, next);
  }
  return with_unit(whole, kShownUnits.back());
}

std::string humanise_count(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

}  // namespace repopulse::core
