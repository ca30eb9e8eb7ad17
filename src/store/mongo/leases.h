// The collection `leases`: who may poll a shard. A document for each term, which is the time that one holder has the
// lease without a break: { shard, fence, holder, expires_at }.
//
// A term begins by inserting the next fence: the unique index on (shard, fence) lets only one of several servers
// succeed, on every server that has unique indexes. A term's document is changed only to renew it, by its
// holder, or to end it, by its holder or by one who knows that the holder is gone.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "store/lease_store.h"
#include "store/mongo/database.h"

namespace repopulse::store::mongo {

class Leases {
 public:
  explicit Leases(Database& database) : database_(database) {}

  // Renews terms, and begins the next one where the last has expired. Those that are the holder's now; a term that the
  // holder did not have before the call may still have to be claimed in the collections that keep fences.
  core::Result<std::vector<Lease>> acquire(const std::string& holder, std::span<const int> shards, core::Millis ttl,
                                           core::Timestamp now);
  core::Status release(const std::string& holder, std::span<const int> shards);
  core::Result<std::vector<HeldLease>> all();  // the newest term of each shard
  // kStale: a higher fence was given out.
  core::Status check(int shard, std::int64_t fence);

 private:
  // The terms of one shard: more than one for a moment, while a server begins the next.
  struct Terms {
    HeldLease newest;
    std::vector<std::int64_t> former;  // fences
  };
  using ByShard = std::map<int, Terms>;

  core::Result<ByShard> terms(const Bson& filter);
  core::Result<ByShard> terms_of(std::span<const int> shards);
  core::Status write_end(const std::vector<std::string>& ids, core::Timestamp end);
  core::Result<std::vector<Lease>> begin(const std::string& holder, const std::vector<Lease>& wanted);
  core::Status remove_passed(const std::vector<Lease>& begun, const ByShard& now_there, core::Timestamp until);

  Database& database_;
};

}  // namespace repopulse::store::mongo
