// Renders events in the form that GitHub uses since it shortened payloads in October 2025. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/event.h"

namespace repopulse::sim {

struct RepositoryFacts {
  std::uint64_t id = 0;         // GitHub's
  std::string full_name;        // `owner/name`
  bool of_organisation = true;  // its events carry `org`
};

// Another `revision` gives another payload for the same event, as happens at GitHub from time to time.
std::string event_json(const core::EventKey& key, std::string_view type, std::string_view actor,
                       const RepositoryFacts& repository, int revision);

// A recorded event with another identity: `id`, `created_at` and `repo` are replaced; everything else stays the same.
std::string recorded_json(std::string_view recorded, const core::EventKey& key, const RepositoryFacts& repository);

}  // namespace repopulse::sim
