// How long a feed waits: the floor between two polls, and the rest after trouble. Functions without memory.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/answer.h"
#include "core/feed_state.h"
#include "core/time.h"

namespace repopulse::polling {

// No feed is left alone for longer, whatever was planned.
inline constexpr core::Millis kLongestPlan = std::chrono::days(15);

// The floor: the shortest time between two polls of a feed, as GitHub told it, else its usual one.
core::Millis floor_of(const core::FeedState& feed);

// base × 2^(n − 1), at most `longest`; n from 1.
core::Millis exponential(core::Millis base, int n, core::Millis longest);

// How long a feed rests after its n-th trouble in a row: seconds at first for trouble that should pass by itself; from
// minutes up to a day for a repository that is gone or blocked, which is still asked, but rarely. With ±25 % of jitter,
// which depends on the arguments alone.
core::Millis rest_after(core::AnswerKind trouble, int n, std::string_view feed, std::uint64_t seed);

}  // namespace repopulse::polling
