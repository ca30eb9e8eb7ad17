// Brings the board's repositories to what was read from the store, where other servers may have changed them. What the
// board changed after the read began is newer and stays: `seen` is the version of the book at that time. Under the
// board's lock; it reads the store only for the window of a repository that is new here, and does not publish.
#pragma once

#include <cstdint>
#include <span>

#include "core/feed_state.h"
#include "core/result.h"
#include "core/time.h"
#include "monitor/board.h"
#include "monitor/loader.h"
#include "store/store.h"

namespace repopulse::monitor {

// One repository. `feed`: its poll state as stored, nullptr when it was not read. Errors are the store's.
core::Status reconcile(Board::Locked& board, const Loader& loader, const store::Repository& stored,
                       const core::FeedState* feed, std::uint64_t seen, core::Timestamp now);

// Removes repositories that are not among those that the store has.
void erase_missing(Board::Locked& board, std::span<const store::Repository> stored, std::uint64_t seen,
                   core::Timestamp now);

}  // namespace repopulse::monitor
