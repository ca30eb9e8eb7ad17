// When the waiting that has probably piled up at GitHub is worth a request.
#pragma once

#include "core/time.h"
#include "forecast/arrival_model.h"

namespace repopulse::polling {

// Let a request cost 1 and a second that an event waits cost `price`. While N events are expected to wait, putting a
// request off costs price × N a second, and saves what the whole schedule costs a second from then on: √(2 × price × λ)
// for the rate λ of that moment. The request is due when the two meet, at N² / (2λ) = 1 / price. With a constant rate
// that is the best fixed interval, √(2 / (price × λ)); while a burst fades it is earlier than that, before a busy
// morning later. Seconds after the outlook's moment.
double due_after(const forecast::Outlook& outlook, double price);

}  // namespace repopulse::polling
