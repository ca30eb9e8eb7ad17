// What GitHub's GraphQL API shows of a repository: small numbers and times that move the moment something happens,
// however long it takes until the feed shows it. A value.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/time.h"

namespace repopulse::sim {

struct Stock {
  std::int64_t count = 0;
  std::optional<core::EventTime> updated_at;  // of the latest change of any of them
};

struct ProbeState {
  std::optional<core::EventTime> pushed_at;
  std::int64_t stars = 0;
  std::int64_t forks = 0;
  Stock issues;
  Stock pull_requests;
  Stock releases;
  Stock discussions;
  Stock commit_comments;

  // An event of this kind happens. `recorded`: its JSON; empty: it is not a recording.
  void happen(std::string_view type, std::string_view recorded, core::EventTime at);
};

}  // namespace repopulse::sim
