// The state of feeds. That of a repository's feed is in the repository's document, as `polling`; that of other feeds
// (organisations') in the collection `feeds`. Each keeps the fence that wrote it last, and refuses a lower one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/feed_state.h"
#include "core/result.h"
#include "store/mongo/database.h"
#include "store/sequence.h"

namespace repopulse::store::mongo {

// The lease under which a commit writes; none for imports, and for a store that only one server uses.
struct Writer {
  std::optional<std::int64_t> fence;
  int shard = 0;
};

class FeedStates {
 public:
  explicit FeedStates(Database& database) : database_(database) {}

  core::Result<std::vector<core::FeedState>> all();
  // kStale: a higher fence wrote last.
  core::Status put(const core::FeedState& state, const Writer& writer);
  // Notes, before events are stored, that events after `boundary` do not prove an overlap: if the writer stops before
  // put(), the next poller goes on walking through the pages instead of taking the new events for known ones. kStale: a
  // higher fence wrote last.
  core::Status begin_walk(const std::string& feed, Sequence boundary, const Writer& writer);
  // From now on lower fences than `fence` are refused for every feed of these shards.
  core::Status claim(std::span<const int> shards, std::int64_t fence);
  core::Status forget(const std::string& feed);

 private:
  core::Status write(const std::string& feed, const Bson& update, const Bson& first, const Writer& writer);
  Database& database_;
};

}  // namespace repopulse::store::mongo
