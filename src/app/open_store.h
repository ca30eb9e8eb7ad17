// Opens the store that `--store` names: SQLite or MongoDB. Knows the forms of its address and nothing of its content.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"

namespace repopulse::app {

// PATH of `sqlite:PATH`; nullopt for any other address, and for SQLite's own `file:` URIs and `:memory:`.
std::optional<std::string> sqlite_path(std::string_view address);

// `sqlite:PATH`, `mongodb://…/DB` or `mongodb+srv://…/DB`; kBadInput for anything else. `access` applies to SQLite; a
// MongoDB store is always shared.
core::Result<std::unique_ptr<store::Store>> open_store(const std::string& address, store::sqlite::Access access);

}  // namespace repopulse::app
