// Whether the store takes what is written: every write of the monitor is noted on the board here, and a server that has
// written nothing for a while tries a small write, so that it notices a full or removed disk by itself.
//
// What is noted shows in the snapshot (`store_ok`) and in the poller's condition. It decides nothing else, and asks
// GitHub nothing.
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "monitor/board.h"
#include "store/store.h"

namespace repopulse::monitor {

// Between two tries of a write that a store refused which is away; each pause is twice the one before, up to the
// longest.
inline constexpr core::Millis kFirstStoreRetry{1'000};
inline constexpr core::Millis kLongestStoreRetry{30'000};

// A write succeeded: what was wrong with the store has passed, unless an answer still waits for it.
void note_written(Board::Locked& board, core::Timestamp now);
// A write failed. An error other than kUnavailable and kCorrupt is an answer of a store that works.
void note_not_written(Board::Locked& board, const core::Error& error);

template <typename Result>
void note_write(Board::Locked& board, const Result& result, core::Timestamp now) {
  if (result) {
    note_written(board, now);
  } else {
    note_not_written(board, result.error());
  }
}

class StoreHealth {
 public:
  // Both must outlive this.
  StoreHealth(Board& board, store::Store& store) : board_(board), store_(store) {}

  // Tries to write where nothing was written lately, or the last write failed; publishes what it finds. To be called
  // every few seconds on a thread that may wait for the store. The board is not locked meanwhile.
  core::Status check(core::Timestamp now);

 private:
  bool due(core::Timestamp now);

  Board& board_;
  store::Store& store_;
};

}  // namespace repopulse::monitor
