// What GitHub promises of a feed of events, and how far each promise is trusted. Source: GitHub's documentation of the
// Events API, and what recorded feeds showed where they differ from it.
#pragma once

#include <chrono>
#include <cstddef>

#include "core/time.h"

namespace repopulse::core {

inline constexpr std::size_t kEventsPerPage = 100;  // the largest `per_page`
inline constexpr std::size_t kFeedDepth = 300;      // events that a feed shows at the most; older ones leave it
// A feed with fewer events than this was not cut by its depth: busy repositories showed 264 and 276 events, not 300.
inline constexpr std::size_t kFeedDepthAtLeast = 250;
inline constexpr Millis kFeedAge = std::chrono::days(30);  // older events leave a feed

// X-Poll-Interval, where GitHub has not said otherwise yet.
inline constexpr Millis kUsualPollInterval = std::chrono::seconds(60);

}  // namespace repopulse::core
