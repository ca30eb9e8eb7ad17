#include "monitor/shard.h"

#include <cstdint>

#include "base/hash.h"
#include "core/feed_name.h"

namespace repopulse::monitor {

int shard_of(std::string_view feed, int shards) {
  return static_cast<int>(base::fnv1a(core::owner_of(feed)) % static_cast<std::uint64_t>(shards));
}

}  // namespace repopulse::monitor
