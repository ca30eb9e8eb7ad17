// When the waiting of events that has probably piled up at GitHub is worth a request. One function without memory.
#pragma once

#include "core/time.h"
#include "forecast/arrival_model.h"

namespace repopulse::polling {

// Let a request cost 1, and let each second that an event waits cost `price`. While N events are expected to wait,
// delaying the request costs price × N a second. It saves what the schedule costs a second from then on, which is
// √(2 × price × λ) for the rate λ of that moment. The request is due when both are equal: N² / (2λ) = 1 / price. With a
// constant rate that gives the best fixed interval, √(2 / (price × λ)). While a burst fades the request is due earlier
// than that, and before a busy morning later.
//
// The request also tells which of two cases holds. Either nothing came, with probability exp(−∫ of `silence`), and the
// feed can be left alone for longer; or something came. What is saved is then the mean of the two roots, which is less
// than the root of the mean: the more the arrivals of a feed tell about later ones, the earlier it is asked.
// `silence`: what is expected if nothing has arrived, nowhere more than `outlook`; null: arrivals tell nothing.
//
// `waiting`: events that wait already at the outlook's moment.
//
// Returns seconds after the outlook's moment.
double due_after(const forecast::Outlook& outlook, const forecast::Outlook* silence, double price, double waiting = 0);

// Where each event is told of as it comes, and `waiting` of them are there: how long a request is to wait for more of
// them. N is known then, and λ is what is expected as long as nothing more is told of (`silence`). It falls while
// nothing comes, and the wait ends with √N³ / (2λ) = 1 / price. The power of N is the best one over 10 portfolios, and
// flat there: N² would be that of a constant rate, but many events mean that more are likely.
//
// Returns seconds after the outlook's moment.
double worth_waiting(const forecast::Outlook& silence, double price, double waiting);

}  // namespace repopulse::polling
