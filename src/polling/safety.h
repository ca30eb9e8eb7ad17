// How long a feed may be left alone before more events may have come than it holds.
#pragma once

#include <cstddef>
#include <span>

#include "core/time.h"

namespace repopulse::polling {

inline constexpr std::size_t kSafetyArrivals = 600;  // what safe_interval wants to know of the past

// The longest time after `now` within which, with 99.9 % certainty, no more events come than the feed can show.
// `recent`: the newest arrivals, ascending, all up to `now`. Of GitHub's 300 events it trusts 250: feeds of 264 have
// been seen. It takes the busier of the recent past as a whole and its last hour to go on, and lets counts vary as much
// as they did. Few arrivals give Millis::max().
core::Millis safe_interval(std::span<const core::EventTime> recent, core::Timestamp now);

}  // namespace repopulse::polling
