#include "core/events_feed.h"

#include <algorithm>
#include <array>

namespace repopulse::core {

bool is_received(std::string_view kind) {
  constexpr std::array<std::string_view, 4> kNotReceived = {"WatchEvent", "ForkEvent", "PublicEvent", "MemberEvent"};
  return std::ranges::find(kNotReceived, kind) == kNotReceived.end();
}

}  // namespace repopulse::core
