// What it costs to ask a feed at a fixed interval: arithmetic over events that are known, without a replay.
#pragma once

#include <span>

#include "core/time.h"

namespace repopulse::polling {

struct FixedIntervalCost {
  double requests = 0;
  double with_news = 0;  // of these, the ones that find an event; the others are answered 304
  FixedIntervalCost& operator+=(const FixedIntervalCost& other);
};

// Requests from `from` on and before `to`, one each `interval`: the exact mean over all times at which the first one
// may be sent. An event is found by the first request that is not sent before it. `events`: ascending; those before
// `from` do not count. Further pages are not counted, which a feed has after more than 100 events in one interval.
FixedIntervalCost fixed_interval_cost(std::span<const core::EventTime> events, core::Timestamp from, core::Timestamp to,
                                      core::Millis interval);

}  // namespace repopulse::polling
