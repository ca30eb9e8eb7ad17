#include "monitor/store_health.h"

#include <chrono>

#include "core/clock.h"

namespace repopulse::monitor {
namespace {

using namespace std::chrono_literals;

constexpr core::Millis kQuiet = 10s;  // without a write; then one is tried

bool answer_waits(const Board::Locked& board) {
  return board->pending && board->pending->failures > 0;
}

}  // namespace

void note_written(Board::Locked& board, core::Timestamp now) {
  board->written_at = now;
  // A small write may fit on a disk that is too full for the answer that waits: its own retry tells.
  if (!answer_waits(board)) board->store_trouble.clear();
}

void note_not_written(Board::Locked& board, const core::Error& error) {
  const bool failed = error.kind == core::ErrorKind::kUnavailable || error.kind == core::ErrorKind::kCorrupt;
  if (failed) board->store_trouble = error.message;
}

bool StoreHealth::due(core::Timestamp now) {
  const Board::Locked board = board_.lock();
  if (answer_waits(board)) return false;
  return !board->store_trouble.empty() || core::is_due(board->written_at + kQuiet, kQuiet, now);
}

core::Status StoreHealth::check(core::Timestamp now) {
  if (!due(now)) return {};
  const core::Status written = store_.try_write();
  Board::Locked board = board_.lock();
  const std::string before = board->store_trouble;
  note_write(board, written, now);
  if (board->store_trouble != before) board.publish(now);
  return written;
}

}  // namespace repopulse::monitor
