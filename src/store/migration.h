// Copies everything of one store into another: repositories, followed owners, events in the order in which they were
// stored, gaps, poll state, keys.
//
// Each batch notes in the target how far the copy has got: a run after an interrupted one goes on there, and a run
// after a finished one copies what was stored since. At the end both stores are read again and compared. The source is
// never changed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/result.h"
#include "store/store.h"

namespace repopulse::store {

struct MigrationProgress {
  std::uint64_t events = 0;  // copied by this run
  std::uint64_t of = 0;      // in the source, by the counts of its repositories
};
using MigrationListener = std::function<void(const MigrationProgress&)>;

struct MigrationReport {
  std::uint64_t repositories = 0;
  std::uint64_t events = 0;
  std::uint64_t keys = 0;
  std::uint64_t refused = 0;  // events that no store takes (limits.h), stored by an older version: not copied
  std::string checksum;       // SHA-256 over every event of every repository, in hex: the same on both sides
};

// Nobody else may write to either store meanwhile. kConflict: the target has repositories that no migration brought.
// kCorrupt: the stores differ after the copy; the message names the first repository that differs. Other errors are
// those of the stores.
core::Result<MigrationReport> migrate(Store& from, Store& to, const MigrationListener& listener);

// SHA-256, raw, of a repository's events: identity, type, actor and bytes, oldest first. Events that no store takes are
// left out, and counted in `refused`.
core::Result<std::string> checksum(EventStore& store, RepoId repository, std::uint64_t* refused = nullptr);

}  // namespace repopulse::store
