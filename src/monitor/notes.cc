#include "monitor/notes.h"

namespace repopulse::monitor {

std::vector<std::pair<std::string, std::string>> notes_of(const Board::Locked& board) {
  auto notes = board->poller.save();
  notes.emplace_back(kTokenNote, board->token.fingerprint);
  return notes;
}

core::Status save_notes(const Board::Locked& board, store::Store& store) {
  store::PollCommit commit;
  commit.notes = notes_of(board);
  if (!board->shards.stamp(commit)) return {};
  const auto written = store.commit(commit);
  return written ? core::Status() : tl::unexpected(written.error());
}

}  // namespace repopulse::monitor
