// The tables of the store, and the way from each older version of them to the present one.
#pragma once

#include "store/sqlite/connection.h"

namespace repopulse::store::sqlite {

// `PRAGMA application_id` of a repopulse store: "rpls".
inline constexpr std::int64_t kApplicationId = 0x72706c73;
// `PRAGMA user_version` of the present schema: the number of migrations.
std::int64_t schema_version();

enum class SchemaState { kEmpty, kOlder, kPresent };

// Throws SqliteFailure with kCorrupt for a file of another program or of a newer repopulse.
SchemaState schema_state(Connection& connection);

// Brings the schema to the present version, each step in one transaction. Safe beside others that try the same.
void migrate(Connection& connection);

}  // namespace repopulse::store::sqlite
