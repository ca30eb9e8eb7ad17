#include "store/limits.h"

#include <cstdint>
#include <limits>

namespace repopulse::store {

std::optional<std::string> refusal(const core::Event& event) {
  const std::string which = "the event " + std::to_string(event.key.id);
  if (event.json.size() > kLargestEvent) {
    return which + " has " + std::to_string(event.json.size()) + " bytes, more than " + std::to_string(kLargestEvent);
  }
  if (event.type.size() + event.actor.size() + event.repository.size() > kLongestNames) {
    return which + " has names of more than " + std::to_string(kLongestNames) + " bytes";
  }
  if (event.key.id > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return which + " has an id of more than 63 bits";
  }
  return std::nullopt;
}

}  // namespace repopulse::store
