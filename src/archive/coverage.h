// What imported history fills.
#pragma once

#include <span>
#include <vector>

#include "core/feed_state.h"

namespace repopulse::archive {

// The parts of `gaps` that `covered` leaves open, ascending. Both in any order.
std::vector<core::Gap> uncovered(std::span<const core::Gap> gaps, std::span<const core::Gap> covered);

}  // namespace repopulse::archive
