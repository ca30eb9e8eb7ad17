#include "monitor/snapshot.h"

namespace repopulse::monitor {

std::string_view to_string(PollerCondition condition) {
  switch (condition) {
    case PollerCondition::kOk:
      return "ok";
    case PollerCondition::kRateLimited:
      return "rate_limited";
    case PollerCondition::kBadToken:
      return "bad_token";
    case PollerCondition::kBackingOff:
      return "backing_off";
    case PollerCondition::kStoreAway:
      return "store_away";
    case PollerCondition::kFollowing:
      return "following";
  }
  return "ok";
}

std::shared_ptr<const RepositoryView> Snapshot::find(std::string_view full_name) const {
  return repositories.find(core::to_lower(full_name));
}

}  // namespace repopulse::monitor
