// What is stored of an organisation's feed about its repositories. Functions of stored states alone: a server that does
// not poll them itself shows the same times as the one that does.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/feed_state.h"
#include "core/time.h"

namespace repopulse::polling {

// The memory of an organisation's feed, kept in FeedState::policy_state: when it was last read, and of which
// repositories it left nothing unseen then.
std::string save_coverage(core::Timestamp at, const std::set<std::string, std::less<>>& covered);
// nullopt: `saved` says nothing of that repository.
std::optional<core::Timestamp> covered_at(std::string_view saved, std::string_view feed);
// Does the organisation's feed inform about the repository now, so that the repository's own feed is rarely asked?
bool serves(const core::FeedState& organisation, const core::FeedState& repository);
// The repository's state with the times that count for it: see Poller::shown_state.
core::FeedState shown_with(core::FeedState repository, const core::FeedState& organisation);

}  // namespace repopulse::polling
