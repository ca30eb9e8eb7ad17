// What the poller's thread is to do next, as a value.
#pragma once

#include <variant>

#include "core/time.h"
#include "github/transport.h"

namespace repopulse::monitor {

// Nothing is to be sent: call next() again then, or earlier when woken.
struct CallAgain {
  core::Timestamp at;
};
// A request: send it, and give its result to absorb().
using Action = std::variant<CallAgain, github::HttpRequest>;

}  // namespace repopulse::monitor
