// Follows other servers on the same store: takes and gives up shards with their leases, and brings repositories, poll
// state and events that others have stored into memory. Events are told to subscribers here, in the order in which all
// servers store, this server's own too.
//
// On one thread at a time, which waits for the store. The store is read without the board's lock where it can be; what
// this server changes meanwhile is newer and stays.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "monitor/board.h"
#include "monitor/feeds_by_name.h"
#include "monitor/loader.h"
#include "monitor/read_counts.h"
#include "monitor/reconcile.h"
#include "monitor/shard_leases.h"
#include "monitor/signal.h"
#include "monitor/subscribers.h"
#include "monitor/told_events.h"
#include "store/store.h"

namespace repopulse::monitor {

class Follower {
 public:
  // What a follower works with. All of it must outlive the follower.
  struct Means {
    Board& board;
    store::Store& store;
    const Loader& loader;
    ShardLeases& leases;
    const Subscribers& subscribers;
    const Signal& wake;  // raised when other feeds may be due
  };
  explicit Follower(const Means& means) : means_(means) {}

  // Notes how far the store is: what is stored from here on is followed. Before the board is loaded.
  core::Status begin();
  // Brings memory to what the store says. To be called twice a second. Errors are the store's; readers see them too.
  core::Status follow(core::Timestamp now);

 private:
  core::Status follow_leases(core::Timestamp now);
  core::Status look_at_clock(core::Timestamp now);
  std::map<int, std::int64_t> match_shards(const std::map<int, std::int64_t>& held, core::Timestamp now);
  core::Status take_shards(const std::map<int, std::int64_t>& shards, core::Timestamp now);
  core::Status start_polling_shards(Board::Locked& board, const std::map<int, std::int64_t>& shards,
                                    core::Timestamp now);
  core::Status finish_abandoned(core::Timestamp now);
  core::Status follow_repositories(core::Timestamp now);
  core::Result<bool> refresh(bool with_feeds, core::Timestamp now);
  core::Result<bool> refresh_some(const std::vector<core::RepoId>& changed, bool owners, core::Timestamp now);
  core::Status take(Board::Locked& board, std::span<const store::Repository> stored, const StoredFeed& feed_of,
                    std::uint64_t seen, core::Timestamp now);
  void erase(Board::Locked& board, core::RepoId repository, std::uint64_t seen, core::Timestamp now);
  void note(core::RepoId repository, bool done);
  core::Status follow_events(core::Timestamp now);
  core::Status follow_hints(core::Timestamp now);
  core::Result<bool> know_repositories_of(const std::vector<store::StoredEvent>& events, core::Timestamp now);
  std::set<core::RepoId> unknown_of(const std::vector<store::StoredEvent>& events);

  Means means_;
  store::Sequence cursor_ = 0;  // events up to it are folded and told
  ToldEvents told_;
  std::set<core::RepoId> removed_;  // repositories of events behind the cursor that the store has no more
  ReadCounts counts_;
  std::int64_t revision_ = -1;      // of the list, as it is known here
  std::set<core::RepoId> again_;    // to be read again: they were changed here while they were read
  core::Timestamp next_refresh_{};  // of all repositories, whatever changed
  core::Timestamp next_finish_{};   // of what killed writers left
  core::Timestamp next_feeds_{};    // of the poll state that other servers write
};

}  // namespace repopulse::monitor
