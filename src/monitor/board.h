// What the jobs of a monitor share, behind one lock, and the snapshot that readers get of it.
//
// A job calls lock() and works on the content through the guard. A function that needs the lock takes the guard as an
// argument, so that nobody can call it without. The lock may be held while the store is called: memory and store then
// agree. It is never held while GitHub is asked or subscribers are told. Readers call snapshot() alone, which never
// waits for the lock.
//
// The board calls no store and no subscriber, and decides nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/actors.h"
#include "core/clock_skew.h"
#include "core/feed_state.h"
#include "core/time.h"
#include "monitor/app_token.h"
#include "monitor/owner_book.h"
#include "monitor/pending_answer.h"
#include "monitor/polled_shards.h"
#include "monitor/repository_book.h"
#include "monitor/snapshot.h"
#include "monitor/spending.h"
#include "monitor/staleness.h"
#include "monitor/token.h"
#include "monitor/window_time.h"
#include "polling/poller.h"
#include "store/store.h"

namespace repopulse::monitor {

class Board {
 public:
  struct Content {
    polling::Poller poller;
    RepositoryBook book;
    OwnerBook owners;                      // whose repositories are followed
    PolledShards shards;                   // of which `poller` knows the feeds
    std::optional<PendingAnswer> pending;  // nothing is asked while there is one
    Token token;
    std::optional<AppToken> app;  // of whose installation `token` is; nullopt: of none
    core::ClockSkew clock;        // windows are cut by it
    WindowTime window_time;       // as it was corrected last
    // Whose windows are empty because the store could not be read when it turned out which events are the repository's.
    std::set<core::RepoId> unread_windows;
    store::Sequence last_sequence = 0;  // of the events that are folded into the windows
    // Events that this server stored, and subscribers have not heard of: where several servers share the store, they
    // are told in the order in which all of them store. Always empty on a server that is alone.
    std::set<store::Sequence> untold;
    std::string store_trouble;     // for people; empty: the last write to the store did not fail, see store_health.h
    std::string follow_trouble;    // the same of following other servers on the store
    core::Timestamp written_at{};  // the last write to the store that succeeded
    Staleness staleness;
    Spending spending;
    // Settings that may change while the service runs: see tuning.h.
    core::Millis freshness{0};
    std::shared_ptr<const core::BotPatterns> bots = std::make_shared<const core::BotPatterns>();  // never null
    std::size_t max_active = 0;  // how many repositories may be active
    core::Timestamp started_at{};
    bool ready = false;  // everything is loaded
  };

  // The right to touch the content, for as long as it lives.
  class Locked {
   public:
    explicit Locked(Board& board) : lock_(board.mutex_), board_(&board) {}
    Content* operator->() { return &board_->content_; }
    const Content* operator->() const { return &board_->content_; }
    // Readers get a snapshot of the content as it is now. Cheap with any number of repositories: snapshots share what
    // has not changed between them.
    void publish(core::Timestamp now) { board_->publish(now); }

   private:
    std::unique_lock<std::mutex> lock_;
    Board* board_;
  };

  // Empty, with nothing to poll. `freshness` and `window` are for what readers are shown, and not used otherwise.
  Board(std::unique_ptr<polling::Policy> policy, const polling::PollerSettings& polling, PolledShards shards,
        Token token, core::Millis freshness, std::optional<AppToken> app = std::nullopt, core::WindowRule window = {});

  Locked lock() { return Locked(*this); }            // waits until nobody else holds the lock
  std::shared_ptr<const Snapshot> snapshot() const;  // never null

 private:
  void publish(core::Timestamp now);
  void review_spending(core::Timestamp now);

  std::mutex mutex_;
  Content content_;
  // As the last snapshot shows them.
  std::shared_ptr<const std::vector<core::FeedState>> organisations_;
  std::uint64_t shared_feeds_version_ = 0;
  std::shared_ptr<const SpendingView> spending_;
  std::uint64_t version_ = 0;  // of the last snapshot

  mutable std::mutex snapshot_mutex_;  // guards the pointer alone
  std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace repopulse::monitor
