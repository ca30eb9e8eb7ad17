// How long a lease lasts, by how much clocks of several servers may differ, and the clock that neither decides.
#pragma once

#include <chrono>
#include <functional>

#include "core/time.h"

namespace repopulse::monitor {

inline constexpr core::Millis kLease{10'000};
inline constexpr core::Millis kRenewal{2'000};
inline constexpr core::Millis kMargin{3'000};

// From any start; nobody sets it.
using SteadyClock = std::function<std::chrono::nanoseconds()>;

}  // namespace repopulse::monitor
