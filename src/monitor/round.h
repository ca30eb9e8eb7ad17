// One round after another: asks GitHub, brings the answer into the store, then into the windows, then to subscribers.
// An answer that the store does not take is kept and tried again, and nothing more is asked meanwhile.
//
// On the poller's thread alone. It holds the board's lock while it calls the store, and never while GitHub is asked,
// while an answer is parsed, or while subscribers are told.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "core/time.h"
#include "github/events_api.h"
#include "monitor/action.h"
#include "monitor/board.h"
#include "monitor/learning.h"
#include "monitor/owner_follower.h"
#include "monitor/retention.h"
#include "monitor/shard_leases.h"
#include "monitor/signal.h"
#include "monitor/subscribers.h"
#include "polling/round.h"
#include "store/store.h"

namespace repopulse::monitor {

class Round {
 public:
  // What a round works with. All of it must outlive the round.
  struct Means {
    Board& board;
    store::Store& store;
    const Retention& retention;     // knows which events are too old to be stored
    ShardLeases* leases = nullptr;  // nullptr: this server is alone on its store
    OwnerFollower& owners;          // has the lists of owners asked
    const Subscribers& subscribers;
    const Signal& stored;  // raised when subscribers wait for what was stored
  };
  // The token of `github` is not used: the board has it.
  Round(const Means& means, github::ApiRoot github);

  // Notices whether the clock has stepped: what was cut by it is loaded again. Before what is due is done.
  void look_at_clock(core::Timestamp now);
  // Tries the store again if an answer is pending and it is time; then says what to do. Other work of this thread is
  // due at `other_work`: the thread is never told to wait longer.
  Action next(core::Timestamp other_work, core::Timestamp now);
  // The result of the request that next() gave.
  void absorb(const github::HttpResult& result, core::Timestamp now);

 private:
  void look_at_clock(Board::Locked& board, core::Timestamp now);
  core::Answer understand(const github::HttpResult& result, core::Timestamp now) const;
  void save_notes(Board::Locked& board, core::Timestamp now);
  void absorb_probe(const github::HttpResult& result, core::Timestamp now);
  void absorb_token(const github::HttpResult& result, core::Timestamp now);
  void absorb_listing(const github::HttpResult& result, core::Timestamp now);
  bool retry_listing(Board::Locked& board, core::Timestamp now, News& news);
  bool wants_listing(Board::Locked& board, core::Timestamp now);
  Action ask_listing(Board::Locked& board, core::Timestamp now);
  Action ask_token(Board::Locked& board, core::Timestamp now);
  Action wait_until(Board::Locked& board, core::Timestamp until, core::Timestamp now);
  Action ask_probe(Board::Locked& board, const polling::AskProbe& ask, core::Timestamp now);
  core::Answer refused_for_memory(core::Timestamp now) const;
  Action decide(Board::Locked& board, core::Timestamp other_work, core::Timestamp now);
  bool may_ask(const Board::Locked& board, core::Timestamp now) const;
  void settle(Board::Locked& board, core::Timestamp now, News& news);
  void settle_or_refuse(Board::Locked& board, core::Timestamp now, News& news);
  void try_settle(Board::Locked& board, core::Timestamp now, News& news);
  void follow_fence(Board::Locked& board, const std::string& feed);
  core::Status make_step(Board::Locked& board, core::Timestamp now);
  core::Status learn_number(Board::Locked& board, const std::string& feed, polling::Known& known);
  void report(Board::Locked& board, const store::CommitReceipt& receipt, core::Timestamp now, News& news);
  void store_failed(Board::Locked& board, const core::Error& error, core::Timestamp now);
  void lease_lost(Board::Locked& board, const std::string& feed, core::Timestamp now);

  Means means_;
  github::ApiRoot github_;
  Learning learning_;
  core::Timestamp asked_at_{};
  github::HttpRequest asked_;                     // the request that next() gave last
  std::optional<core::Timestamp> save_notes_at_;  // the store did not take those of a probe; nothing is asked before
  std::optional<polling::AskProbe> probing_;      // it is one of a change probe
  bool asks_token_ = false;                       // it is one for a token of the GitHub App
  bool asks_listing_ = false;                     // it is one for the list of an owner's repositories
  bool listed_last_ = false;                      // the last one that was no poll was such a one
};

}  // namespace repopulse::monitor
