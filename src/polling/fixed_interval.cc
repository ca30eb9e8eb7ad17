#include "polling/fixed_interval.h"

#include <algorithm>

namespace repopulse::polling {

using core::Millis;
using core::Timestamp;

FixedIntervalCost& FixedIntervalCost::operator+=(const FixedIntervalCost& other) {
  requests += other.requests;
  with_news += other.with_news;
  return *this;
}

// A request finds something where it is sent within one interval after an event. The first request is equally likely at
// each moment of the first interval, so the mean number of such requests is the length of all these stretches together,
// divided by the interval.
FixedIntervalCost fixed_interval_cost(std::span<const core::EventTime> events, Timestamp from, Timestamp to,
                                      Millis interval) {
  if (to <= from || interval <= Millis(0)) return {};
  Millis found{0};
  Timestamp covered = from;
  for (const core::EventTime event : events) {
    const Timestamp at = core::to_timestamp(event);
    if (at < from) continue;
    const Timestamp begin = std::max(at, covered);
    const Timestamp end = std::min(at + interval, to);
    if (end <= begin) continue;
    found += end - begin;
    covered = end;
  }
  const auto length = static_cast<double>(interval.count());
  return {static_cast<double>((to - from).count()) / length, static_cast<double>(found.count()) / length};
}

}  // namespace repopulse::polling
