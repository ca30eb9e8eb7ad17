// When the waiting that has probably piled up at GitHub is worth a request.
#pragma once

#include "core/time.h"
#include "forecast/arrival_model.h"

namespace repopulse::polling {

// Let a request cost 1 and a second that an event waits cost `price`. While N events are expected to wait, putting a
// request off costs price × N a second, and saves what the whole schedule costs a second from then on: √(2 × price × λ)
// for the rate λ of that moment. The request is due when the two meet, at N² / (2λ) = 1 / price. With a constant rate
// that is the best fixed interval, √(2 / (price × λ)); while a burst fades it is earlier than that, before a busy
// morning later.
//
// But the request tells which of two it is: nothing came, which has the chance exp(−∫ of `silence`) and lets the feed
// be left alone for longer, or something did. What is saved is then the mean of the two roots, which is less than the
// root of the mean: the more a feed's arrivals tell of those to come, the earlier it is asked. `silence`: what is
// expected should nothing have arrived, nowhere more than `outlook`; null: arrivals tell nothing.
//
// Seconds after the outlook's moment.
double due_after(const forecast::Outlook& outlook, const forecast::Outlook* silence, double price);

}  // namespace repopulse::polling
