// Settings that change while the monitor runs: whose events are those of robots, and how long events may wait. They
// work on the locked board and publish; whoever calls them wakes the poller.
#pragma once

#include "core/actors.h"
#include "core/result.h"
#include "core/time.h"
#include "monitor/board.h"
#include "store/event_store.h"

namespace repopulse::monitor {

// Loads every window again from the store, as a start does. Errors are the store's:
// nothing has changed then. Windows that a store which fails meanwhile does not bring are empty until it does, as after
// renew_window().
core::Status set_bots(Board::Locked& board, store::EventStore& store, core::BotPatterns bots, core::Timestamp now);

// The policy steers by it from now on, and every feed is planned anew: also those that would have been asked much
// later.
void set_freshness(Board::Locked& board, core::Millis freshness, core::Timestamp now);

}  // namespace repopulse::monitor
