// Copies everything of one store into another: repositories, events in the order in which they were stored, gaps, poll
// state, keys.
//
// How far it came is noted in the target with each batch, so that a run that was cut short goes on where it stopped,
// and a run after the end copies what came since. At the end both stores are read again and compared.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/result.h"
#include "store/store.h"

namespace repopulse::store {

struct MigrationProgress {
  std::uint64_t events = 0;  // copied by this run
  std::uint64_t of = 0;      // in the source, as its repositories count them
};
using MigrationListener = std::function<void(const MigrationProgress&)>;

struct MigrationReport {
  std::uint64_t repositories = 0;
  std::uint64_t events = 0;
  std::uint64_t keys = 0;
  std::string checksum;  // SHA-256 over every event of every repository, in hex: the same on both sides
};

// Nobody else may write to either store meanwhile. kConflict: the target holds repositories that did not come from a
// migration. kCorrupt: the stores differ after the copy; the message names the first repository that does.
core::Result<MigrationReport> migrate(Store& from, Store& to, const MigrationListener& listener);

// SHA-256, raw, of a repository's events: identity, type, actor and bytes, oldest first.
core::Result<std::string> checksum(Store& store, RepoId repository);

}  // namespace repopulse::store
