// All collections of one store, and the repair that several of them need together.
#pragma once

#include <memory>
#include <span>
#include <utility>

#include "core/result.h"
#include "store/mongo/database.h"
#include "store/mongo/events.h"
#include "store/mongo/feed_states.h"
#include "store/mongo/keys.h"
#include "store/mongo/leases.h"
#include "store/mongo/notes.h"
#include "store/mongo/repositories.h"
#include "store/mongo/sequences.h"

namespace repopulse::store::mongo {

inline constexpr int kNoShard = -1;  // of writers without a lease: imports, deletions

struct Collections {
  explicit Collections(std::unique_ptr<Database> the_database) : database(std::move(the_database)) {}

  const std::unique_ptr<Database> database;
  Repositories repositories{*database};
  FeedStates feeds{*database};
  Notes notes{*database};
  Events events{*database};
  Sequences sequences{*database};
  Keys keys{*database};
  Leases leases{*database};
};

// Counts the events of repositories again whose counts a writer of these shards, or one without a shard, left wrong: it
// stopped between storing events and counting them.
core::Status recount_abandoned(Collections& collections, std::span<const int> shards);
inline core::Status recount_abandoned(Collections& collections, int shard) {
  return recount_abandoned(collections, std::span(&shard, 1));
}

}  // namespace repopulse::store::mongo
