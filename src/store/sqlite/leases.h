// Table `leases`: one process owns the file, so a lease is always granted; its fence still tells an old holder's write
// from the present one's. Call inside a transaction of the right kind; SqliteFailure is thrown.
#pragma once

#include <cstdint>
#include <string>

#include "store/sqlite/connection.h"
#include "store/store.h"

namespace repopulse::store::sqlite {

// The fence of `holder` from now on: the one it has, or the next higher one.
std::int64_t take_fence(Connection& connection, int shard, const std::string& holder);
void give_up_fence(Connection& connection, int shard, const std::string& holder);
// kStale when a higher fence was given out.
Status check_fence(Connection& connection, int shard, std::int64_t fence);

}  // namespace repopulse::store::sqlite
