#include "core/gap_statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace repopulse::core {
namespace {

// Hyndman & Fan (1996), type 7, by selection instead of sorting. Reorders `values`.
double quantile(std::span<std::int64_t> values, double q) {
  const double position = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), nth, values.end());
  const double low = static_cast<double>(*nth);
  const double fraction = position - static_cast<double>(below);
  if (fraction == 0) return low;
  const double high = static_cast<double>(*std::min_element(nth + 1, values.end()));
  return low + fraction * (high - low);
}

}  // namespace

GapStatistics gap_statistics(std::string type, std::span<const EventTime> times) {
  assert(!times.empty());
  GapStatistics out;
  out.type = std::move(type);
  out.events = times.size();
  out.first_event_at = times.front();
  out.last_event_at = times.back();
  if (times.size() < 2) return out;

  std::vector<std::int64_t> gaps;
  gaps.reserve(times.size() - 1);
  for (std::size_t i = 1; i < times.size(); ++i) gaps.push_back((times[i] - times[i - 1]).count());
  const auto count = static_cast<double>(gaps.size());
  const double average = static_cast<double>((times.back() - times.front()).count()) / count;
  double squares = 0;
  for (const std::int64_t gap : gaps) {
    const double distance = static_cast<double>(gap) - average;
    squares += distance * distance;
  }
  const double deviation = std::sqrt(squares / count);
  const auto [shortest, longest] = std::minmax_element(gaps.begin(), gaps.end());

  out.average_seconds = average;
  out.stddev_seconds = deviation;
  out.min_seconds = *shortest;
  out.max_seconds = *longest;
  out.median_seconds = quantile(gaps, 0.5);
  out.p90_seconds = quantile(gaps, 0.9);
  if (average > 0) {
    constexpr double kSecondsPerHour = 3600;
    out.events_per_hour = kSecondsPerHour / average;
    out.burstiness = (deviation - average) / (deviation + average);
  }
  out.expected_next_at = times.back() + Seconds(std::llround(average));
  return out;
}

}  // namespace repopulse::core
