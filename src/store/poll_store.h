// What polls and imports write: new events, gaps, and all that must be known to go on polling after a restart.
//
// Polling reads its own state back with feeds() and notes(); readers of events use EventStore. It never talks to GitHub
// and reads no clock.
//
// Any thread may call anything at any time. Every call may fail with kUnavailable (disk, server or network; the same
// call may succeed later) or kCorrupt (the stored data contradict themselves; a person must look).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/event.h"
#include "core/feed_state.h"
#include "core/result.h"
#include "store/sequence.h"

namespace repopulse::store {

using core::RepoId;
using core::Result;
using core::Status;

// A small value by name that is written with a poll: the state of the rate limit, what a policy remembers of all feeds.
// The value may be any bytes.
using Note = std::pair<std::string, std::string>;

// The events that one poll (or one import) brought for one repository.
struct RepositoryEvents {
  RepoId repository{};
  std::vector<core::Event> events;
};

// All that one poll (or one batch of an import) writes.
struct PollCommit {
  std::vector<RepositoryEvents> events;                         // those that are stored already are skipped
  std::vector<core::FeedState> feeds;                           // each replaces the state of the feed of that name
  std::vector<std::pair<RepoId, core::Gap>> gaps;               // added; gaps that touch are merged
  std::vector<std::pair<RepoId, core::EventTime>> others = {};  // Repository::others_until: the latest counts
  std::vector<Note> notes;                                      // each replaces the note of that name
  std::optional<std::int64_t> fence;  // of the writer's lease, see lease_store.h; nullopt: it needs none
  int shard = 0;                      // whose lease `fence` is of
};

struct CommitReceipt {
  // For each element of PollCommit::events, for each of its events in order: the sequence number it was given, or
  // nullopt where it was stored already.
  std::vector<std::vector<std::optional<Sequence>>> inserted;
};

// All gaps of a repository around a change of them.
struct GapChange {
  std::vector<core::Gap> before;
  std::vector<core::Gap> after;
};

class PollStore {
 public:
  virtual ~PollStore() = default;

  // The last committed state of every feed, by ascending name.
  virtual Result<std::vector<core::FeedState>> feeds() = 0;

  // The last committed value of every note, by ascending name.
  virtual Result<std::vector<Note>> notes() = 0;

  // For each key the sequence number under which that event of the repository is stored, or nullopt. An unknown
  // repository has no events.
  virtual Result<std::vector<std::optional<Sequence>>> find(RepoId repository,
                                                            std::span<const core::EventKey> keys) = 0;

  // Writes all of `poll`. Durable when it returns: a power cut after that loses nothing of it. Errors:
  //   kStale     another holder took over the shard's lease: a higher fence than `poll.fence` was given out
  //   kNotFound  a repository of `poll.events`, `poll.gaps` or `poll.others` does not exist
  //   kBadInput  a gap ends before it begins, or no store can hold an event (see limits.h)
  // A commit that fails has written nothing, with one exception: a store that several servers share writes in steps,
  // and may have stored events when a later step fails. It never stores the state of a feed before the events that the
  // state tells of, so committing the same again, or polling again, is always right.
  virtual Result<CommitReceipt> commit(const PollCommit& poll) = 0;

  // Takes the time in `covered` out of the recorded gaps of a repository (store::uncovered), after an import has proven
  // it. Gaps that other servers record meanwhile stay. kNotFound: there is no such repository.
  virtual Result<GapChange> close_gaps(RepoId repository, std::span<const core::Gap> covered) = 0;

  // Replaces the recorded gaps of a repository, in a copy of a store for example. Gaps that touch are merged.
  // kNotFound: there is no such repository. kBadInput: a gap ends before it begins.
  virtual Status replace_gaps(RepoId repository, std::span<const core::Gap> gaps) = 0;

  // --- what killed writers leave in a store that several processes write to; nothing in any other ---

  // Finishes what writers left half done and have not touched for a while: readers wait no longer for their events, see
  // those that were inserted late, and the counts are right; after minutes where the writer had a lease that another
  // did not take since. To be called every few seconds. True: counts changed, or events became visible.
  virtual Result<bool> finish_abandoned() { return false; }

  // Counts the events of all repositories anew. Only while nobody else writes.
  virtual Status recount() { return {}; }
};

}  // namespace repopulse::store
