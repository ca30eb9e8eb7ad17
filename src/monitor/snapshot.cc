#include "monitor/snapshot.h"

#include <algorithm>

#include "base/text.h"
#include "core/feed_name.h"
#include "polling/coverage.h"

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
  return repositories.find(base::to_lower(full_name));
}

const OwnerView* Snapshot::find_owner(std::string_view login) const {
  const std::string key = base::to_lower(login);
  const auto found = std::ranges::lower_bound(
      *owners, key, {}, [](const OwnerView& owner) { return std::string_view(owner.name.key()); });
  return found != owners->end() && found->name.key() == key ? &*found : nullptr;
}

std::string_view Snapshot::served_by(const RepositoryView& repository) const {
  const std::string name = core::organisation_feed_of(repository.feed.feed);
  const auto organisation = std::ranges::lower_bound(*shared_feeds, name, {}, &core::FeedState::feed);
  if (organisation == shared_feeds->end() || organisation->feed != name) return {};
  return polling::serves(*organisation, repository.feed) ? std::string_view(organisation->feed) : std::string_view();
}

}  // namespace repopulse::monitor
