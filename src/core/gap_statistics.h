// Statistics of the gaps between consecutive events of one type. Pure arithmetic.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/time.h"

namespace repopulse::core {

// Averages over fewer events say little of a pulse.
inline constexpr std::size_t kFewEvents = 5;

// n events have n − 1 gaps. With fewer than two events all members but type, events, first_event_at and last_event_at
// are nullopt.
struct GapStatistics {
  std::string type;
  std::size_t events = 0;
  EventTime first_event_at{};
  EventTime last_event_at{};
  std::optional<double> average_seconds;  // (last − first) / (n − 1)
  std::optional<double> median_seconds;   // linear interpolation between the two middle gaps
  std::optional<double> p90_seconds;      // linear interpolation (Hyndman & Fan 1996, type 7)
  std::optional<double> stddev_seconds;   // of the population of gaps
  std::optional<std::int64_t> min_seconds;
  std::optional<std::int64_t> max_seconds;
  std::optional<double> events_per_hour;      // 3600 / average; nullopt when the average is 0
  std::optional<double> burstiness;           // (σ − μ) / (σ + μ), Goh & Barabási 2008; nullopt when both are 0
  std::optional<EventTime> expected_next_at;  // last + average, rounded to the second
  friend bool operator==(const GapStatistics&, const GapStatistics&) = default;
};

// `times` ascending and not empty. O(n) expected.
GapStatistics gap_statistics(std::string type, std::span<const EventTime> times);

struct WindowStatistics {
  std::size_t events = 0;
  bool bounded_by_events = false;  // the limit on events was reached: the window is shorter than its days
  std::optional<EventTime> from;   // oldest and newest event inside
  std::optional<EventTime> to;
  std::vector<GapStatistics> types;  // sorted by name; only types with an event inside
};

}  // namespace repopulse::core
