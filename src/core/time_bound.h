// Reads the bound of a stretch of time that a client asks for. Pure; events have parse_rfc3339().
#pragma once

#include <optional>
#include <string_view>

#include "core/time.h"

namespace repopulse::core {

// RFC 3339 as parse_rfc3339() reads it, and the years from 0001 too: clients send their zero time, such as Go's
// `0001-01-01T00:00:00Z`, to mean "from the beginning".
std::optional<EventTime> parse_time_bound(std::string_view text, Fraction fraction);

}  // namespace repopulse::core
