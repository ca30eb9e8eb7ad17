// The embedded store: one SQLite file in WAL mode with full synchronisation, and a file that locks it. docs/store.md
// describes both.
#pragma once

#include <memory>
#include <string>

#include "store/store.h"

namespace repopulse::store::sqlite {

enum class Access {
  kOwner,   // to poll or import; one process at a time
  kShared,  // to read, or to manage keys, also while another process owns the file
};

// Opens or creates the file, and brings an older schema forward. kConflict: another process owns it. kCorrupt: it is
// not a store of repopulse, is damaged, or was made by a newer version. kUnavailable: it cannot be opened or written.
core::Result<std::unique_ptr<Store>> open(const std::string& path, Access access);

}  // namespace repopulse::store::sqlite
