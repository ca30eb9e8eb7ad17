// What the store keeps beside events and the states of feeds: the poller's notes, and to which token they belong.
// Loader reads them at the start.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "monitor/board.h"
#include "store/store.h"

namespace repopulse::monitor {

std::vector<std::pair<std::string, std::string>> notes_of(const Board::Locked& board);
// Writes them alone. The error is the store's.
core::Status save_notes(const Board::Locked& board, store::Store& store);

}  // namespace repopulse::monitor
