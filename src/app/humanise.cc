#include "app/humanise.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace repopulse::app {
namespace {

constexpr double kLongest = 1e15;  // beyond that the number is nonsense

struct Unit {
  std::int64_t seconds;
  const char* name;
};
constexpr std::array<Unit, 4> kUnits = {{{86'400, "d"}, {3'600, "h"}, {60, "m"}, {1, "s"}}};

}  // namespace

std::string humanise_seconds(double seconds) {
  if (!std::isfinite(seconds) || std::abs(seconds) > kLongest) return "-";
  if (seconds < 0) return "-" + humanise_seconds(-seconds);
  if (seconds < 9.95 && seconds != std::floor(seconds)) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1fs", seconds);
    return text.data();
  }
  auto rest = std::llround(seconds);
  for (std::size_t i = 0; i + 1 < kUnits.size(); ++i) {
    const Unit& unit = kUnits[i];
    const Unit& next = kUnits[i + 1];
    if (rest < unit.seconds) continue;
    const std::int64_t smaller = rest % unit.seconds / next.seconds;
    const std::string text = std::to_string(rest / unit.seconds) + unit.name;
    return smaller == 0 ? text : text + " " + std::to_string(smaller) + next.name;
  }
  return std::to_string(rest) + "s";
}

std::string humanise_moment(core::EventTime at, core::Timestamp now) {
  const auto ago = std::chrono::duration_cast<core::Seconds>(core::to_event_time(now) - at).count();
  if (ago == 0) return "now";
  return ago > 0 ? humanise_seconds(static_cast<double>(ago)) + " ago"
                 : "in " + humanise_seconds(static_cast<double>(-ago));
}

std::string humanise_count(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, " ");
  return text;
}

std::string counted(std::uint64_t count, const std::string& one, const std::string& many) {
  return humanise_count(count) + " " + (count == 1 ? one : many);
}

}  // namespace repopulse::app
