// Which shards of the repositories this server polls, of several on one store. A lease in the store for each shard,
// with a fence that every write of poll state carries.
//
// One lease lasts kLease and is renewed every kRenewal; a server that could not renew in time stops asking kMargin
// before the lease ends (clocks of servers may differ by as much), and another takes the shard when it has ended. With
// several shards, each server also holds a lease of its own, its seat, so that all can see how many there are: each
// takes an equal part of the shards, and gives back what it has too many.
//
// Any thread may call. Time is an argument.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"
#include "store/store.h"

namespace repopulse::monitor {

inline constexpr core::Millis kLease{10'000};
inline constexpr core::Millis kRenewal{2'000};
inline constexpr core::Millis kMargin{3'000};
inline constexpr int kShardsMax = 4096;

// The shard of a feed, `repos/owner/name` or `orgs/name`, lower case: by owner, so that an organisation's feed and its
// repositories' feeds share one. The same for all servers and versions.
int shard_of(std::string_view feed, int shards);

class Leadership {
 public:
  // `holder`: unlike every other server's, and every earlier process's. The store must outlive this.
  Leadership(store::Store& store, std::string holder, int shards);

  // Renews, takes and gives back what is due. To be called a few times a second.
  core::Status tick(core::Timestamp now);
  // The shards held as of the last word from the store, with their fences; perhaps past their time.
  std::map<int, std::int64_t> held() const;
  // Whether this shard is sure to be ours for a moment yet.
  bool may_ask(int shard, core::Timestamp now) const;
  // The store refused a write: another server has taken the shard over.
  void lost(int shard);
  core::Status release_all();
  int shards() const { return shards_; }

 private:
  core::Status renew(core::Timestamp now);
  core::Status reach(int shard, core::Timestamp now);
  core::Status share(core::Timestamp now);
  core::Status give_back(std::size_t keep);
  store::Store& store_;
  const std::string holder_;
  const int shards_;
  const int seat_;  // the shard number of this server's own lease
  mutable std::mutex mutex_;
  std::map<int, store::Lease> leases_;
  core::Timestamp next_renewal_{};
};

}  // namespace repopulse::monitor
