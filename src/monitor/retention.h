// Deletes events that are older than the retention, in small batches, and keeps the repositories' counts right. Of
// several servers on one store, the one that polls the first active repository does it. On the poller's thread alone;
// the board is not locked while the store deletes. It publishes what has changed.
//
// It deletes by the earlier of this machine's clock and GitHub's, and nothing until an answer of GitHub has told the
// time lately (core/clock_skew.h).
#pragma once

#include <optional>
#include <vector>

#include "core/time.h"
#include "monitor/board.h"
#include "store/store.h"

namespace repopulse::monitor {

class Retention {
 public:
  // `days`: how long events are kept; 0: for ever. Board and store must outlive this.
  Retention(Board& board, store::Store& store, int days) : board_(board), store_(store), days_(days) {}

  // Deletes one batch if it is time. Returns when it wants to be called again, beside after each answer of GitHub.
  core::Timestamp run(core::Timestamp now);
  // Events older than this are deleted, and are not stored again; nullopt: none are.
  std::optional<core::EventTime> oldest_kept(const Board::Locked& board, core::Timestamp now) const;

 private:
  std::optional<core::EventTime> confirmed_oldest(const Board::Locked& board, core::Timestamp now) const;
  void sweep(core::EventTime before, core::Timestamp now);
  static void refresh_counts(Board::Locked& board, const std::vector<store::Repository>& repositories,
                             core::Timestamp now);

  Board& board_;
  store::Store& store_;
  const int days_;
  core::Timestamp next_sweep_{};
  std::optional<core::EventTime> swept_;  // what is older was deleted, or is about to be
};

}  // namespace repopulse::monitor
