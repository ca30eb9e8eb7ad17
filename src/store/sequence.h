// The number of a stored event in the order of storing: what a reader of new events remembers to go on from.
#pragma once

#include <cstdint>

namespace repopulse::store {

// Over all repositories of one store. Grows, may have holes, is never given twice, starts at 1: 0 is before all events.
using Sequence = std::int64_t;

}  // namespace repopulse::store
