// Two watched names may be one repository of GitHub, after a rename. The one that was added first is polled; the others
// rest, and are not counted, for as long as it is there. Memory only: it calls no store and no subscriber.
#pragma once

#include "core/time.h"
#include "monitor/board.h"

namespace repopulse::monitor {

// To be called after changes to repositories or to their feeds, before they are published.
void rest_second_names(Board::Locked& board, core::Timestamp now);

}  // namespace repopulse::monitor
