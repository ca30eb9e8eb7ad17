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

}  // namespace repopulse::polling
