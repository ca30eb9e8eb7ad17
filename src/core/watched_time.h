// How long a repository was watched. Pure.
#pragma once

#include <span>

#include "core/feed_state.h"
#include "core/time.h"

namespace repopulse::core {

// How much of the stretch from `from` to `to` lies in none of `gaps` (ascending, none touches another); 0 where it ends
// before it begins.
Seconds watched_time(EventTime from, EventTime to, std::span<const Gap> gaps);

// Up to when a repository that is watched from `from` on is said to have been watched: the newest event, and of the
// silence since then as many whole steps as fit, each a sixteenth of the time before it and at least a minute. So an
// answer that tells it changes with the events, and in a silence once in a while and not every second: clients can keep
// it. What is left out is at most 6 % of what is told, or a minute. `from` <= `newest` <= `now`.
EventTime told_end(EventTime from, EventTime newest, EventTime now);

}  // namespace repopulse::core
