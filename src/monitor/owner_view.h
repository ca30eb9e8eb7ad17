// What readers see of an owner whose repositories are followed. A value.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "core/feed_state.h"
#include "core/owner_name.h"
#include "core/time.h"

namespace repopulse::monitor {

struct OwnerView {
  core::OwnerName name;
  bool active = false;    // repositories that are found are activated
  bool archived = false;  // archived ones are added, too
  bool forks = false;     // forks are added, too
  core::Timestamp added_at{};
  core::RepoStatus status = core::RepoStatus::kPending;
  std::string status_detail = {};
  core::PollCounters counters = {};  // of requests for its list
  std::optional<core::Timestamp> asked_at = {};
  std::optional<core::Timestamp> whole_at = {};  // when all pages of its list had been read last
  core::Timestamp due{};                         // the next request for its list, as far as the quota permits
  std::set<std::string, std::less<>> held = {};  // keys of repositories that were added without being activated
};

}  // namespace repopulse::monitor
