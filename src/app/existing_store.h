// Opens the store for subcommands that must not create a new one by mistake, or must be its only user.
#pragma once

#include <memory>
#include <string>

#include "app/open_store.h"

namespace repopulse::app {

// As open_store(), but never creates an SQLite file: kNotFound where there is none.
core::Result<std::unique_ptr<store::Store>> open_existing_store(const std::string& address,
                                                                store::sqlite::Access access);

// As open_store() with Access::kOwner. kConflict: another process has the file open; the message says to stop it.
core::Result<std::unique_ptr<store::Store>> open_owned_store(const std::string& address);

}  // namespace repopulse::app
