// What a badge says of a repository's window: `push every 32 min`. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/gap_statistics.h"
#include "core/window.h"

namespace repopulse::api {

// `PullRequestReviewEvent` -> `review`; of a type that is not known the name in small letters, without `Event`.
std::string event_word(std::string_view type);

// At least 1 s: `42 s`, `32 min`, `1 h 20 min`, `14 h`, `2 d 3 h`, `12 d`.
std::string badge_duration(double seconds);

struct BadgeMessage {
  std::string text;
  bool known = false;  // it says how often
};

// Of the events of these types taken together; empty: of all. `window`: the statistics of a window with this rule.
BadgeMessage badge_message(const core::WindowStatistics& window, const core::WindowRule& rule,
                           std::span<const std::string> types);

}  // namespace repopulse::api
