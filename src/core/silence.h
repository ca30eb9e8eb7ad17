// How long a repository has been silent, compared with the times between its events. Pure arithmetic.
#pragma once

#include <optional>

#include "core/time.h"
#include "core/window.h"

namespace repopulse::core {

// The time since the last event, over the time within which 99 % of the gaps between consecutive events ended. Of the
// events in the window at `now`; where it has fewer than two by then, in the window as it was at its last event, so
// that a long silence keeps its measure. nullopt: there were fewer than two then, too.
std::optional<double> silence_ratio(const Window& window, Timestamp now);

}  // namespace repopulse::core
