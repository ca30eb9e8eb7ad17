// Numbers and times as people say them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/time.h"

namespace repopulse::app {

// `0.4s`, `12s`, `8m 32s`, `3h 12m`, `5d 4h`: two units at most.
std::string humanise_seconds(double seconds);
// `3m 10s ago`, `in 2h 5m`, `now`.
std::string humanise_moment(core::EventTime at, core::Timestamp now);
// `1 234 567`
std::string humanise_count(std::uint64_t count);
// `1 gap`, `1 234 gaps`
std::string counted(std::uint64_t count, const std::string& one, const std::string& many);

}  // namespace repopulse::app
