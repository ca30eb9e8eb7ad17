// Lets the policy learn the histories of feeds that came without state: one at a time, while nothing is to be asked,
// and at the latest before the feed is asked itself. It reads the store and never writes it. On the poller's thread
// alone, under the board's lock.
#pragma once

#include <string>

#include "core/time.h"
#include "monitor/board.h"
#include "store/store.h"

namespace repopulse::monitor {

class Learning {
 public:
  // The store must outlive this.
  explicit Learning(store::Store& store) : store_(store) {}

  // Learns one history. Returns when it wants to be called again: at once while there are more, later when the store
  // failed, Timestamp::max() when all are learned.
  core::Timestamp learn_one(Board::Locked& board, core::Timestamp now);
  // Learns those of the feeds that a request for `feed` informs about: its answer is not history any more. Where the
  // store fails, the window stands for the history.
  void learn_before_asking(Board::Locked& board, const std::string& feed, core::Timestamp now);

 private:
  bool learn(Board::Locked& board, const std::string& feed, core::Timestamp now);

  store::Store& store_;
  core::Timestamp next_try_{};  // after the store failed
};

}  // namespace repopulse::monitor
