// Durations and counts as people read them: in tables on a terminal, in messages. Pure text: JSON never goes through
// here.
#pragma once

#include <cstdint>
#include <string>

namespace repopulse::core {

// `0.4 s`, `42 s`, `8 min 32 s`, `3 h 12 min`, `5 d 4 h`: two units at most, the smaller one left out where it is 0.
// From 30 days on days alone, `1,204 d`. `-` for what is not a number.
std::string humanise_seconds(double seconds);
// `1,234,567`
std::string humanise_count(std::uint64_t count);

}  // namespace repopulse::core
