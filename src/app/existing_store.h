// The stores that subcommands other than `serve` work on.
#pragma once

#include <memory>
#include <string>

#include "app/open_store.h"

namespace repopulse::app {

// As open_store(), but creates no file: kNotFound where there is none.
core::Result<std::unique_ptr<store::Store>> open_existing_store(const std::string& address,
                                                                store::sqlite::Access access);

// As open_store() for a file's owner; where another process is that, says what to do about it.
core::Result<std::unique_ptr<store::Store>> open_owned_store(const std::string& address);

}  // namespace repopulse::app
