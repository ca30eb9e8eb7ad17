// Numbers, durations and times as the terminal shows them to people; the dashboard follows the same rules. Pure text:
// JSON output never goes through here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/humanise.h"
#include "core/time.h"

namespace repopulse::app {

using core::humanise_count;
using core::humanise_seconds;

// When something happened: `3 min 10 s ago`, `now`, `in 2 h 5 min`. 30 days away or more: its date, `2016-07-15`.
std::string humanise_moment(core::EventTime at, core::Timestamp now);
// When something should happen: `in 2 h 5 min`, `now`; once that has passed `overdue by 15 min`, `overdue since
// 2016-07-15`.
std::string humanise_due(core::EventTime at, core::Timestamp now);
// `1 gap`, `1,234 gaps`
std::string counted(std::uint64_t count, const std::string& one, const std::string& many);

}  // namespace repopulse::app
