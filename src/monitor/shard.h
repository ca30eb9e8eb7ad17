// Shards: equal parts of the feeds, divided among the servers on one store. Pure.
#pragma once

#include <string_view>

namespace repopulse::monitor {

// Several times as many as the repositories need that fit into the memory of a server, see docs/scaling.md. With the
// leases of as many one server renews all in time.
inline constexpr int kShardsMax = 1024;

// The shard of a feed, from 0 to `shards` - 1: by its owner, so that an organisation's feed and its repositories' feeds
// share one. The same for all servers and versions.
int shard_of(std::string_view feed, int shards);

}  // namespace repopulse::monitor
