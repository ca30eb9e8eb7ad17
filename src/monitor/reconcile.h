// Brings the board's repositories to what was read from the store, where other servers may have changed them. What the
// board changed after the read began is newer and stays: `seen` is the version of the book at that time. Under the
// board's lock; it reads the store only for the window of a repository that is new here, and does not publish.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/event.h"
#include "core/feed_state.h"
#include "core/result.h"
#include "core/time.h"
#include "monitor/board.h"
#include "monitor/loader.h"
#include "store/store.h"

namespace repopulse::monitor {

// One repository. `feed`: its poll state as stored, nullptr when it was not read. False: it was changed here meanwhile,
// and is to be read again. Errors are the store's.
core::Result<bool> reconcile(Board::Locked& board, const Loader& loader, const store::Repository& stored,
                             const core::FeedState* feed, std::uint64_t seen, core::Timestamp now);

// Removes a repository that the store does not have; nothing where the board does not have it either. False: likewise.
bool erase_removed(Board::Locked& board, core::RepoId repository, std::uint64_t seen, core::Timestamp now);

// The board's repositories that are not among those that the store has.
std::vector<core::RepoId> missing_of(const Board::Locked& board, std::span<const store::Repository> stored);

}  // namespace repopulse::monitor
