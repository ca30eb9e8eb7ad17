// How far clocks are trusted. GitHub stamps events, this machine says when something is done, and the two may differ.
// Pure: nothing here reads a clock.
#pragma once

#include "core/time.h"

namespace repopulse::core {

// Clocks that are set by NTP differ by less. It also bounds what counts as a step of the clock.
inline constexpr Millis kClockTolerance = std::chrono::minutes(2);

// Has the time of this event not come yet? Then it is stored and shown, and takes no part in anything that is computed.
inline constexpr bool is_ahead(EventTime created_at, Timestamp now) {
  return to_timestamp(created_at) - kClockTolerance > now;
}

// Does a time that was remembered as past lie ahead? Then the clock has gone back since.
inline constexpr bool went_back(Timestamp remembered, Timestamp now) {
  return remembered - kClockTolerance > now;
}

// Is something that was planned for `at` due? It was planned at most `longest` ahead, so where it lies further away
// than that, the clock has gone back.
inline constexpr bool is_due(Timestamp at, Millis longest, Timestamp now) {
  return now >= at || at - longest > now;
}

}  // namespace repopulse::core
