// Takes events that the store has into windows and counts, and gathers what subscribers are to hear of it. Memory only:
// it touches the board and calls neither store nor subscribers.
#pragma once

#include <span>

#include "core/time.h"
#include "monitor/board.h"
#include "monitor/read_counts.h"
#include "monitor/subscribers.h"
#include "monitor/told_events.h"
#include "store/store.h"

namespace repopulse::monitor {

// What this server has stored of its pending answer, which must be there. Fills in the part of `report` that counts
// events. Where several servers share the store, the events are noted as untold.
void fold_commit(Board::Locked& board, const store::CommitReceipt& receipt, core::Timestamp now, PollReport& report,
                 News& news);

// Events in the order in which all servers store. What this server has stored is folded already and only told.
// `counts`: as they were read. The board knows every repository that the store
// has of `events`: those of others are passed over, since they were removed.
// `told`: those that were told before are passed over, too.
void fold_followed(Board::Locked& board, std::span<const store::StoredEvent> events, ToldEvents& told,
                   const ReadCounts& counts, core::Timestamp now, News& news);

}  // namespace repopulse::monitor
