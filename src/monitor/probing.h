// One change probe: its question to GitHub, what its answer means, and what follows on the board. Nothing of an answer
// is stored but what must survive a restart: a probe proves nothing. For Round alone, which sends the request.
#pragma once

#include <string>

#include "core/probe_answer.h"
#include "core/time.h"
#include "github/events_api.h"
#include "github/transport.h"
#include "monitor/board.h"
#include "monitor/subscribers.h"
#include "polling/round.h"

namespace repopulse::monitor {

github::HttpRequest probe_request(const github::ApiRoot& root, const polling::AskProbe& ask);

// `asked`: the request of `ask`. `received`: when the result came. Never throws: an answer that the memory does not
// suffice for counts as none.
core::ProbeAnswer understand_probe(const github::HttpRequest& asked, const polling::AskProbe& ask,
                                   const github::HttpResult& result, core::Timestamp received, core::Millis took);

// Tells the poller, which awaits it, and shows when the feeds are due now. To be followed by save_notes(): notes.h.
void take_probe(Board::Locked& board, const polling::AskProbe& ask, const core::ProbeAnswer& answer,
                core::Timestamp now, News& news);

}  // namespace repopulse::monitor
