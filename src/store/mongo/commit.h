// One poll's way into the store, write by write.
//
// The order makes "store first, then remember" hold without transactions over documents:
//   1. the fence is checked; the feeds note that a walk has begun (fence-checked: a stale writer stops here)
//   2. a range of numbers is allotted, the events are inserted
//   3. counts and gaps of the repositories
//   4. the range is closed: followers see the events
//   5. poll state of the feeds, with the new validators (fence-checked), then the notes
// A crash between any two costs a repeated request: the events are found known, and the noted beginning of the walk
// keeps the next poller from taking them for an overlap. Counts are taken anew from ranges that were never closed.
#pragma once

#include <vector>

#include "core/result.h"
#include "store/mongo/database.h"
#include "store/mongo/events.h"
#include "store/mongo/feed_states.h"
#include "store/mongo/leases.h"
#include "store/mongo/repositories.h"
#include "store/mongo/sequences.h"
#include "store/store.h"

namespace repopulse::store::mongo {

inline constexpr int kNoShard = -1;  // writers without a lease: imports, deletions

// All collections of one store.
struct Shelves {
  explicit Shelves(std::unique_ptr<Database> the_database)
      : database(std::move(the_database)),
        repositories(*database),
        feeds(*database),
        events(*database),
        sequences(*database),
        leases(*database) {}
  std::unique_ptr<Database> database;
  Repositories repositories;
  FeedStates feeds;
  Events events;
  Sequences sequences;
  Leases leases;
};

// Counts anew what writers of the shard, or without a shard, left uncounted.
core::Status recount_given_up(Shelves& shelves, int shard);

class Commit {
 public:
  Commit(Shelves& shelves, const PollCommit& poll)
      : shelves_(shelves), poll_(poll), writer_{poll.fence, poll.fence ? poll.shard : kNoShard} {}
  core::Result<CommitReceipt> run();
  // After a failure: the range that was left open, if any.
  const std::optional<Range>& left_open() const { return open_; }

 private:
  // An event that is not stored yet.
  struct Fresh {
    std::size_t batch = 0;
    std::size_t index = 0;
    const core::Event* event = nullptr;
    Sequence sequence = 0;
  };

  core::Status check();
  core::Status find_fresh();
  core::Status store_events();
  core::Status insert(std::vector<Fresh> wanted);
  core::Result<std::vector<Fresh>> keep_inserted(const std::vector<Fresh>& wanted,
                                                 const std::vector<std::size_t>& refused);
  core::Status allocate(std::size_t count, const std::vector<std::int64_t>& repositories);
  core::Status count();
  core::Status close();
  core::Status add_gaps();
  core::Status remember();
  std::vector<std::int64_t> touched() const;

  Shelves& shelves_;
  const PollCommit& poll_;
  const Writer writer_;
  std::vector<Fresh> fresh_;
  std::optional<Range> open_;
  CommitReceipt receipt_;
};

}  // namespace repopulse::store::mongo
