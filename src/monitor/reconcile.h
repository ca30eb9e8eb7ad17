// Brings the board's repositories to what was read from the store, where other servers may have changed them. What the
// board changed after the read began is newer and stays: `seen` is the version of the book at that time. Under the
// board's lock; it reads the store only for the window of a repository that is new here, and does not publish.
#pragma once

#include <cstdint>
#include <functional>
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

// The poll state that the store has of a repository's feed, until the next call; nullptr when it was not read.
using StoredFeed = std::function<const core::FeedState*(const store::Repository&)>;
// Told for each repository. False: it was changed here meanwhile, and is to be read again.
using Reconciled = std::function<void(core::RepoId, bool)>;

// Repositories that were read, which may be thousands of one owner: what they mean for each other is decided when all
// of them are in. Errors are the store's; those before the failed one are in.
core::Status reconcile(Board::Locked& board, const Loader& loader, std::span<const store::Repository> stored,
                       const StoredFeed& feed_of, std::uint64_t seen, core::Timestamp now, const Reconciled& tell);

// Removes a repository that the store does not have; nothing where the board does not have it either. False: likewise.
bool erase_removed(Board::Locked& board, core::RepoId repository, std::uint64_t seen, core::Timestamp now);

// The board's repositories that are not among those that the store has.
std::vector<core::RepoId> missing_of(const Board::Locked& board, std::span<const store::Repository> stored);

}  // namespace repopulse::monitor
