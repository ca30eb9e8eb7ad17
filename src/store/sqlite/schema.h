// The tables of the store, and how each older version of them becomes the present one.
#pragma once

#include <cstdint>
#include <span>

#include "store/sqlite/connection.h"

namespace repopulse::store::sqlite {

// `PRAGMA application_id` of a repopulse store: "rpls".
inline constexpr std::int64_t kApplicationId = 0x72706c73;
// Migration i changes version i, `PRAGMA user_version`, into i + 1.
using Migrations = std::span<const char* const>;
Migrations migrations();

enum class SchemaState { kEmpty, kOlder, kPresent };

// Throws SqliteFailure with kCorrupt for a file of another program or of a newer repopulse.
SchemaState schema_state(Connection& connection, Migrations known = migrations());

// Brings the schema to the present version, each step in one transaction. Safe beside others that try the same.
void migrate(Connection& connection, Migrations known = migrations());

}  // namespace repopulse::store::sqlite
