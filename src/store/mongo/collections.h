// All collections of one store, and the repair that several of them need together.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/result.h"
#include "store/mongo/alerts.h"
#include "store/mongo/database.h"
#include "store/mongo/events.h"
#include "store/mongo/feed_states.h"
#include "store/mongo/hints.h"
#include "store/mongo/keys.h"
#include "store/mongo/leases.h"
#include "store/mongo/notes.h"
#include "store/mongo/owners.h"
#include "store/mongo/repositories.h"
#include "store/mongo/revisions.h"
#include "store/mongo/sequences.h"

namespace repopulse::store::mongo {

inline constexpr int kNoShard = -1;  // of writers without a lease: imports, deletions

struct Collections {
  explicit Collections(std::unique_ptr<Database> the_database) : database(std::move(the_database)) {}

  const std::unique_ptr<Database> database;
  Repositories repositories{*database};
  Revisions revisions{*database};
  Owners owners{*database};
  FeedStates feeds{*database};
  Notes notes{*database};
  Events events{*database};
  Sequences sequences{*database};
  Keys keys{*database};
  Leases leases{*database};
  Hints hints{*database};
  Alerts alerts{*database};
};

// Gives events with these numbers of an abandoned range numbers of a new one, which the caller closes when all is done.
// Several may do so at once, and each may stop in the middle: then the new range is abandoned in its turn.
core::Result<Range> give_new_numbers(Collections& collections, const Range& abandoned,
                                     const std::vector<Sequence>& numbers, int shard,
                                     const std::vector<std::int64_t>& repositories);

// Looks after abandoned ranges, whose writers died or hang: readers see the events that were inserted since, and the
// events of repositories are counted again whose counts are wrong. Anyone may do so at any time; it counts for writers
// of these shards and for those without a shard, and for all once kWatched has passed. True: counts changed, or events
// became visible.
core::Result<bool> finish_abandoned(Collections& collections, std::span<const int> shards);

}  // namespace repopulse::store::mongo
