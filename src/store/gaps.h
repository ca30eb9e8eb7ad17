// Gaps of one repository are kept ascending, and apart: two that overlap or touch are one.
#pragma once

#include <span>
#include <vector>

#include "core/feed_state.h"
#include "core/result.h"

namespace repopulse::store {

// Any gaps in any order, as the same stretches of time, ascending and apart. O(n log n).
std::vector<core::Gap> merge_gaps(std::vector<core::Gap> gaps);

// kBadInput for a gap that ends before it begins.
core::Status check_gap(const core::Gap& gap);

}  // namespace repopulse::store
