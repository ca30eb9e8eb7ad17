#include "monitor/snapshot.h"

#include <algorithm>

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
  const std::string key = core::to_lower(full_name);
  const auto at = std::ranges::lower_bound(
      repositories, key, {}, [](const auto& view) -> const std::string& { return view->repository.name.key(); });
  if (at == repositories.end() || (*at)->repository.name.key() != key) return nullptr;
  return *at;
}

}  // namespace repopulse::monitor
