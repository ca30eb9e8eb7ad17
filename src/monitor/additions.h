// Puts repositories on the list: into the store, onto the board, and to the poller where this server polls them. Under
// the board's lock; it publishes nothing, and knows no limit.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "monitor/board.h"
#include "monitor/loader.h"
#include "store/store.h"

namespace repopulse::monitor {

// All of them or none. One that is there already is activated if it is wanted active, and else left as it is. Errors
// are the store's; readers of the board see them.
core::Result<std::vector<store::AddedRepository>> put_on_list(Board::Locked& board, store::Store& store,
                                                              const Loader& loader,
                                                              std::span<const store::NewRepository> repositories,
                                                              core::Timestamp now);

// A repository that the store has as active is polled, and shown so.
void show_active(Board::Locked& board, const RepositoryView& view, core::Timestamp now);

// How many more may be active.
std::size_t active_room(const Board::Locked& board);

}  // namespace repopulse::monitor
