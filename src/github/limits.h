// Bounds on values that are accepted from an answer.
#pragma once

#include <cstdint>

namespace repopulse::github {

inline constexpr std::int64_t kLatestSecond = 253'402'300'799;        // end of the year 9999, Unix time
inline constexpr std::int64_t kLargestCount = std::int64_t{1} << 53;  // up to here JSON has every integer

}  // namespace repopulse::github
