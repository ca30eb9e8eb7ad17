// How one poll is written into the store, step by step. One object for one commit.
//
// The order makes "store first, then remember" hold without transactions over documents:
//   1. check the fence; note in the feeds that a walk has begun (fence-checked: a stale writer stops here)
//   2. allocate a range of numbers, insert the events
//   3. count them in their repositories
//   4. close the ranges: readers that follow the store see the events
//   5. add the gaps; then write the state of the feeds, with the new validators (fence-checked), and the notes
// A crash between any two costs a repeated request: the events are then known, and the note of step 1 keeps the next
// poller from taking them for an overlap. Of ranges that were never closed, the repositories are counted again, and
// events that came too late are shown (finish_abandoned() in collections.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/result.h"
#include "store/mongo/collections.h"
#include "store/poll_store.h"

namespace repopulse::store::mongo {

class Commit {
 public:
  Commit(Collections& collections, const PollCommit& poll)
      : collections_(collections), poll_(poll), writer_{poll.fence, poll.fence ? poll.shard : kNoShard} {}
  core::Result<CommitReceipt> run();
  // After a failure: the ranges that may have been left open.
  const std::vector<Range>& left_open() const { return open_; }

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
  core::Status note_others();
  core::Status store_events();
  core::Status insert(std::vector<Fresh> wanted);
  core::Result<std::vector<Fresh>> keep_inserted(const std::vector<Fresh>& wanted,
                                                 const std::vector<std::size_t>& refused);
  core::Status allocate(std::size_t count, const std::vector<std::int64_t>& repositories);
  core::Status count();
  core::Status close();
  core::Status renumber(const Range& range);
  core::Status read_numbers();
  core::Status finish_abandoned();
  core::Status add_gaps();
  core::Status put_poll_state();
  std::vector<std::int64_t> touched() const;

  Collections& collections_;
  const PollCommit& poll_;
  const Writer writer_;
  std::vector<Fresh> fresh_;
  std::vector<Range> open_;  // until everything is counted
  CommitReceipt receipt_;
};

}  // namespace repopulse::store::mongo
