// The embedded store: one SQLite file in WAL mode with full synchronisation.
#pragma once

#include <memory>
#include <string>

#include "store/store.h"

namespace repopulse::store::sqlite {

enum class Access {
  kOwner,   // polls and imports; one process at a time, a second one gets kConflict
  kShared,  // reads, and manages keys, beside an owner
};

// Opens or creates the file, and brings an older schema forward. kConflict: another process owns it. kCorrupt: not a
// repopulse store, or of a newer version. kUnavailable: the path cannot be opened or written.
core::Result<std::unique_ptr<Store>> open(const std::string& path, Access access);

}  // namespace repopulse::store::sqlite
