#include "monitor/polled_shards.h"

#include "monitor/shard.h"

namespace repopulse::monitor {

int PolledShards::shard_of_feed(std::string_view feed) const {
  return shard_of(feed, shards_);
}

bool PolledShards::renew(int shard, std::int64_t fence) {
  const auto polled = fences_.find(shard);
  if (polled == fences_.end() || fence - polled->second > 1) return false;
  polled->second = fence;
  return true;
}

void PolledShards::stamp(store::PollCommit& commit, std::string_view feed) const {
  if (alone()) return;
  commit.shard = shard_of_feed(feed);
  commit.fence = fences_.at(commit.shard);
}

bool PolledShards::stamp(store::PollCommit& commit) const {
  if (alone()) return true;
  if (fences_.empty()) return false;
  commit.shard = fences_.begin()->first;
  commit.fence = fences_.begin()->second;
  return true;
}

}  // namespace repopulse::monitor
