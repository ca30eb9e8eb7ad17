// The table `owners`. Call inside a transaction of the right kind; throws SqliteFailure.
#pragma once

#include <vector>

#include "store/owner_store.h"
#include "store/sqlite/connection.h"

namespace repopulse::store::sqlite {

std::vector<Owner> load_owners(Connection& connection);
Result<Owner> add_owner(Connection& connection, const Owner& owner);       // kConflict
Result<Owner> update_owner(Connection& connection, const Owner& owner);    // kStale
Status remove_owner(Connection& connection, const core::OwnerName& name);  // kNotFound

}  // namespace repopulse::store::sqlite
