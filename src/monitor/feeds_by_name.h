// Poll states as the store gives them, found by the name of their feed. Views: what they were made of must outlive
// them. Pure.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string_view>

#include "core/feed_state.h"

namespace repopulse::monitor {

class FeedsByName {
 public:
  explicit FeedsByName(std::span<const core::FeedState> feeds);

  const core::FeedState* find(std::string_view feed) const;  // nullptr: never polled
  // Is a repository's feed read by its organisation's now? Else shown_state() says what find() does.
  bool informed(std::string_view feed) const;
  // Of a repository's feed, with the times that count for the repository, by whichever feed it is read.
  std::optional<core::FeedState> shown_state(std::string_view feed) const;

 private:
  std::map<std::string_view, const core::FeedState*> feeds_;
};

}  // namespace repopulse::monitor
