// What GitHub promises of a feed of events, and how far each promise is trusted. Source: GitHub's documentation of the
// Events API, and what recorded feeds showed where they differ from it.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include "core/time.h"

namespace repopulse::core {

inline constexpr std::size_t kEventsPerPage = 100;  // the largest `per_page`
inline constexpr std::size_t kFeedDepth = 300;      // events that a feed shows at most
// A feed with fewer events than this shows all that there are: feeds of busy repositories ended at 264 and 276 events,
// not at 300.
inline constexpr std::size_t kFeedDepthAtLeast = 250;
inline constexpr Millis kFeedAge = std::chrono::days(30);  // a feed shows no older events

// X-Poll-Interval until GitHub has sent one.
inline constexpr Millis kUsualPollInterval = std::chrono::seconds(60);

// Whether an account that watches a repository receives its events of this kind (`PushEvent`). It has stars, forks,
// members and going public not in recordings; GitHub does not document it. Simulated GitHubs rely on it, and the poller
// learns it.
bool is_received(std::string_view kind);

}  // namespace repopulse::core
