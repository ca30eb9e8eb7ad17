// The shards whose feeds this server polls, each with the fence of the lease under which it does. A value; it knows no
// clock and no store: ShardLeases gets the leases, Follower takes shards and gives them up.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "store/store.h"

namespace repopulse::monitor {

class PolledShards {
 public:
  PolledShards() = default;  // of a server that is alone on its store: it polls everything, without leases
  // Of one server of several: it polls nothing yet. `shards`: how many there are, the same for all servers.
  explicit PolledShards(int shards) : shards_(shards) {}

  bool alone() const { return shards_ == 0; }
  bool none() const { return !alone() && fences_.empty(); }
  bool all() const { return fences_.size() == static_cast<std::size_t>(shards_); }
  bool polls(int shard) const { return alone() || fences_.contains(shard); }
  bool polls_feed(std::string_view feed) const { return alone() || fences_.contains(shard_of_feed(feed)); }
  // Only where several servers share the store.
  int shard_of_feed(std::string_view feed) const;
  const std::map<int, std::int64_t>& fences() const { return fences_; }  // by shard

  void take(const std::map<int, std::int64_t>& fences) { fences_.insert(fences.begin(), fences.end()); }
  // The store has granted the lease of a polled shard with this fence. True: it goes on being polled. The fence is the
  // same, or it grew by one: the lease ended, and this server got the next one. Nobody has written in between.
  bool renew(int shard, std::int64_t fence);
  void give_up(int shard) { fences_.erase(shard); }

  // Marks a write about the feed, which this server must be polling, with its shard and fence.
  void stamp(store::PollCommit& commit, std::string_view feed) const;
  // Marks a write that is about no feed: with any polled shard. False: this server polls none.
  bool stamp(store::PollCommit& commit) const;

 private:
  int shards_ = 0;
  std::map<int, std::int64_t> fences_;
};

}  // namespace repopulse::monitor
