// Who may poll a shard: a document for each term that somebody held it, { shard, fence, holder, expires_at }.
//
// A term is taken by inserting the next fence: the unique index on (shard, fence) lets one of several takers through,
// on every server that has unique indexes. Only the holder of a term ever changes its document, to renew it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "store/mongo/database.h"
#include "store/store.h"

namespace repopulse::store::mongo {

class Leases {
 public:
  explicit Leases(Database& database) : database_(database) {}

  // Renews, or takes the next term where the last one has expired; nullopt while another holds it.
  core::Result<std::optional<Lease>> acquire(const std::string& holder, int shard, core::Millis ttl,
                                             core::Timestamp now);
  core::Status release(const std::string& holder, int shard);
  core::Result<std::vector<HeldLease>> all();  // the newest term of each shard
  // The highest fence of the shard, 0 before the first.
  core::Result<std::int64_t> highest(int shard);
  // kStale when a higher fence is known.
  core::Status check(int shard, std::int64_t fence);

 private:
  core::Result<std::optional<Bson>> newest_term(int shard);
  core::Result<std::optional<Lease>> renew(const Bson& term, core::Timestamp until);
  core::Result<std::optional<Lease>> take(const std::string& holder, int shard, std::int64_t fence,
                                          core::Timestamp until);

  Database& database_;
};

}  // namespace repopulse::store::mongo
