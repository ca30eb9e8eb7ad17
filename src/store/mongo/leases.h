// The collection `leases`: who may poll a shard. A document for each term, which is the time that one holder has the
// lease without a break: { shard, fence, holder, expires_at }.
//
// A term begins by inserting the next fence: the unique index on (shard, fence) lets only one of several servers
// succeed, on every server that has unique indexes. Only the holder of a term changes its document, to renew or end it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "store/lease_store.h"
#include "store/mongo/database.h"

namespace repopulse::store::mongo {

class Leases {
 public:
  explicit Leases(Database& database) : database_(database) {}

  // Renews the term, or begins the next one where the last has expired; nullopt while another holds it.
  core::Result<std::optional<Lease>> acquire(const std::string& holder, int shard, core::Millis ttl,
                                             core::Timestamp now);
  core::Status release(const std::string& holder, int shard);
  core::Result<std::vector<HeldLease>> all();  // the newest term of each shard
  // The highest fence of the shard, 0 before the first.
  core::Result<std::int64_t> highest(int shard);
  // kStale: a higher fence was given out.
  core::Status check(int shard, std::int64_t fence);

 private:
  core::Result<std::optional<Bson>> newest_term(int shard);
  core::Result<std::optional<Lease>> renew(const Bson& term, core::Timestamp until);
  core::Result<std::optional<Lease>> take(const std::string& holder, int shard, std::int64_t fence,
                                          core::Timestamp until);

  Database& database_;
};

}  // namespace repopulse::store::mongo
