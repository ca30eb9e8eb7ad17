// Times as the models count them: seconds of Unix time, with fractions.
#pragma once

#include <cstdint>

#include "core/time.h"

namespace repopulse::forecast {

inline constexpr double kHour = 3600;
inline constexpr double kDay = 86'400;

inline core::Timestamp timestamp(double seconds) {
  return core::timestamp_from_unix_millis(static_cast<std::int64_t>(seconds * 1e3));
}

inline double unix_seconds(core::Timestamp at) {
  return static_cast<double>(core::unix_millis(at)) / 1e3;
}

}  // namespace repopulse::forecast
