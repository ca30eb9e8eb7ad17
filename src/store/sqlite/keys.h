// Table `keys`. Call inside a transaction of the right kind; throws SqliteFailure.
#pragma once

#include <string>
#include <vector>

#include "store/key_store.h"
#include "store/sqlite/connection.h"

namespace repopulse::store::sqlite {

std::vector<ApiKey> load_keys(Connection& connection);
Status add_key(Connection& connection, const ApiKey& key);         // kConflict: there is a key of that id
Status revoke_key(Connection& connection, const std::string& id);  // kNotFound: there is no key of that id

}  // namespace repopulse::store::sqlite
