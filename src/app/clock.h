// The real clock of the service. Only this file reads the date and time; the rooms below app/ take the time as an
// argument.
#pragma once

#include "core/time.h"

namespace repopulse::app {

core::Timestamp clock_now();

}  // namespace repopulse::app
