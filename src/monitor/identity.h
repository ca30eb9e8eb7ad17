// Which repository of GitHub stored events are of: a name may be given to another repository, and then its events stand
// beside those of the one before. Only `repo.id` in an event's JSON tells them apart. It reads the store and never
// writes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/result.h"
#include "core/time.h"
#include "core/window.h"
#include "monitor/board.h"
#include "monitor/windows.h"
#include "store/store.h"

namespace repopulse::monitor {

// GitHub's number of the repository that an event names; 0: it names none.
std::uint64_t github_id_in(std::string_view json);

// The number of the repository as it is known now; 0: not known.
std::uint64_t github_id_of(const Board::Locked& board, const RepositoryView& view);

struct StoredNumbers {
  std::uint64_t newest = 0;                     // of the newest event that says one
  std::optional<core::EventTime> others_until;  // the newest event of another repository than `github_id`
};
// Of the newest events that are stored, as many as a window has at most. Errors are the store's.
core::Result<StoredNumbers> numbers_of_stored(store::EventStore& store, core::RepoId repository,
                                              std::uint64_t github_id, std::size_t most);

// Loads the window again, after it turned out which events are the repository's. Empty where the store fails, so that
// nothing is mixed; renew_windows() tries again.
void renew_window(Board::Locked& board, store::EventStore& store, core::RepoId repository, core::Timestamp now);

// Loads what renew_window() could not. Then looks at the clock: where it has stepped, loads the windows again and finds
// the last event of each repository. Readers see that. Errors are the store's: some windows are as they were then, and
// the next call tries again.
core::Status renew_windows(Board::Locked& board, store::EventStore& store, core::Timestamp now);

// An organisation's page shows newer events of another repository under a known name: they are taken out of the pending
// answer, and the name's own feed is to tell (PendingAnswer::reused).
void set_aside_reused(Board::Locked& board);

}  // namespace repopulse::monitor
