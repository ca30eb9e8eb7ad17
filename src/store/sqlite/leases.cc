#include "store/sqlite/leases.h"

namespace repopulse::store::sqlite {

std::int64_t take_fence(Connection& connection, int shard, const std::string& holder) {
  std::int64_t fence = 0;
  {
    Statement row = connection.prepare("SELECT fence, holder FROM leases WHERE shard = ?");
    if (row.bind(shard).step()) {
      fence = row.integer(0);
      if (row.text(1) == holder) return fence;
    }
  }
  connection
      .prepare(
          "INSERT INTO leases VALUES (?, ?, ?) ON CONFLICT (shard)"
          " DO UPDATE SET holder = excluded.holder, fence = excluded.fence")
      .bind(shard)
      .bind_text(holder)
      .bind(fence + 1)
      .run();
  return fence + 1;
}

void give_up_fence(Connection& connection, int shard, const std::string& holder) {
  connection.prepare("UPDATE leases SET holder = '' WHERE shard = ? AND holder = ?")
      .bind(shard)
      .bind_text(holder)
      .run();
}

core::Status check_fence(Connection& connection, int shard, std::int64_t fence) {
  Statement row = connection.prepare("SELECT fence, holder FROM leases WHERE shard = ?");
  if (!row.bind(shard).step() || row.integer(0) <= fence) return {};
  return core::fail(core::ErrorKind::kStale,
                    "the lease of shard " + std::to_string(shard) + " was taken over by " + std::string(row.text(1)));
}

}  // namespace repopulse::store::sqlite
