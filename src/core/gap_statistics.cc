#include "core/gap_statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "core/quantile.h"

namespace repopulse::core {

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
