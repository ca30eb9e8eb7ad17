// The form in which every store keeps the gaps of a repository: ascending, and two that overlap or touch are one. Pure.
#pragma once

#include <span>
#include <vector>

#include "core/feed_state.h"
#include "core/result.h"

namespace repopulse::store {

// The same stretches of time in that form, from any gaps in any order. O(n log n).
std::vector<core::Gap> merge_gaps(std::vector<core::Gap> gaps);

// What is left of `gaps` once all is known of the time in `covered`, ascending. Both in any order. A stretch of
// `covered` has its first second and not its last; a gap within one second is left unless that second is covered.
std::vector<core::Gap> uncovered(std::span<const core::Gap> gaps, std::span<const core::Gap> covered);

// kBadInput: a gap ends before it begins.
core::Status check_gap(const core::Gap& gap);
core::Status check_gaps(std::span<const core::Gap> gaps);

}  // namespace repopulse::store
