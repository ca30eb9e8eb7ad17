#include "monitor/feeds_by_name.h"

#include "core/feed_name.h"
#include "polling/coverage.h"

namespace repopulse::monitor {

FeedsByName::FeedsByName(std::span<const core::FeedState> feeds) {
  for (const core::FeedState& feed : feeds) feeds_[feed.feed] = &feed;
}

const core::FeedState* FeedsByName::find(std::string_view feed) const {
  const auto found = feeds_.find(feed);
  return found == feeds_.end() ? nullptr : found->second;
}

bool FeedsByName::informed(std::string_view feed) const {
  const core::FeedState* own = find(feed);
  const core::FeedState* organisation = own == nullptr ? nullptr : find(core::organisation_feed_of(feed));
  return organisation != nullptr && polling::serves(*organisation, *own);
}

std::optional<core::FeedState> FeedsByName::shown_state(std::string_view feed) const {
  const core::FeedState* own = find(feed);
  if (own == nullptr) return std::nullopt;
  const core::FeedState* organisation = find(core::organisation_feed_of(feed));
  return organisation == nullptr ? *own : polling::shown_with(*own, *organisation);
}

}  // namespace repopulse::monitor
