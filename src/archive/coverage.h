// Which parts of recorded gaps an import has not filled. Pure.
#pragma once

#include <span>
#include <vector>

#include "core/feed_state.h"

namespace repopulse::archive {

// The parts of `gaps` that are not in `covered`, ascending. Both may be in any order.
std::vector<core::Gap> uncovered(std::span<const core::Gap> gaps, std::span<const core::Gap> covered);

}  // namespace repopulse::archive
