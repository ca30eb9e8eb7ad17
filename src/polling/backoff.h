// How long to wait after trouble.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/answer.h"
#include "core/feed_state.h"
#include "core/time.h"

namespace repopulse::polling {

// The shortest time between two polls of a feed: what GitHub told, or what it has always told.
core::Millis floor_of(const core::FeedState& feed);

// base × 2^(n − 1), at most `longest`; n from 1.
core::Millis exponential(core::Millis base, int n, core::Millis longest);

// How long a feed rests after its n-th trouble in a row: seconds at first for what passes by itself, hours for a
// repository that is gone or blocked: it is asked rarely, not never. With ±25 % of jitter that depends on nothing but
// the arguments.
core::Millis rest_after(core::AnswerKind trouble, int n, std::string_view feed, std::uint64_t seed);

}  // namespace repopulse::polling
