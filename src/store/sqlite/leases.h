// Table `leases`: the highest fence of each shard. One process owns the file, so a lease is always granted; its fence
// still tells a former holder's writes from those of the present one. Call inside a transaction of the right kind;
// throws SqliteFailure.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"
#include "store/sqlite/connection.h"

namespace repopulse::store::sqlite {

// The fence that `holder` writes under from now on: the one it has, or the next higher one.
std::int64_t take_fence(Connection& connection, int shard, const std::string& holder);
void give_up_fence(Connection& connection, int shard, const std::string& holder);
// kStale: a higher fence was given out.
core::Status check_fence(Connection& connection, int shard, std::int64_t fence);

}  // namespace repopulse::store::sqlite
