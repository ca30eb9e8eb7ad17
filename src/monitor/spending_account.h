// Puts what one request cost, and what came of it, into the board's Spending. Each function reads the board otherwise.
#pragma once

#include "core/time.h"
#include "monitor/board.h"
#include "polling/round.h"
#include "store/store.h"

namespace repopulse::monitor {

// The pending answer, which must be there: it is stored, and the views show it.
void account_for_poll(Board::Locked& board, const store::CommitReceipt& receipt, core::Timestamp now);
// The poller has taken the answer. `before`: what was counted of probes before that.
void account_for_probe(Board::Locked& board, const polling::AskProbe& ask, const polling::ProbesView& before,
                       core::Timestamp now);
// A page of an owner's list, between these two states of the counters of its requests. It is for no repository.
void account_for_list(Board::Locked& board, const core::PollCounters& before, const core::PollCounters& after,
                      core::Timestamp now);

}  // namespace repopulse::monitor
