// Table `keys`. Call inside a transaction of the right kind; SqliteFailure is thrown.
#pragma once

#include <string>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/store.h"

namespace repopulse::store::sqlite {

std::vector<ApiKey> load_keys(Connection& connection);
Status add_key(Connection& connection, const ApiKey& key);         // kConflict
Status revoke_key(Connection& connection, const std::string& id);  // kNotFound

}  // namespace repopulse::store::sqlite
