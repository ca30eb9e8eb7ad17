// Events as GitHub writes them since its payloads were trimmed in October 2025.
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

// `revision` changes the payload, not the identity: GitHub does so now and then.
std::string event_json(const core::EventKey& key, std::string_view type, std::string_view actor,
                       const RepositoryFacts& repository, int revision);

// A recorded event under another identity: `id`, `created_at` and `repo` are replaced, all else stays.
std::string recorded_json(std::string_view recorded, const core::EventKey& key, const RepositoryFacts& repository);

}  // namespace repopulse::sim
