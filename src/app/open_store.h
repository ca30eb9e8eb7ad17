// The store that `--store` names.
#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"

namespace repopulse::app {

inline constexpr const char* kDefaultStore = "sqlite:repopulse.db";

// `sqlite:PATH`, `mongodb://…/DB` or `mongodb+srv://…/DB`; kBadInput for anything else. `access` is SQLite's: a MongoDB
// store is always shared.
core::Result<std::unique_ptr<store::Store>> open_store(const std::string& address, store::sqlite::Access access);

}  // namespace repopulse::app
