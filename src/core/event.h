// An event as GitHub showed it: its identity, the fields that repopulse uses, and its JSON. A value.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "core/time.h"

namespace repopulse::core {

// The number of a repository in the store; not GitHub's id. Never used twice.
enum class RepoId : std::int64_t {};
inline constexpr std::int64_t to_int(RepoId id) {
  return static_cast<std::int64_t>(id);
}

// Identity of an event within its repository. An id alone is not enough: GitHub reset its ids to lower numbers in 2025,
// so one may occur again years later. GitHub's ids are not chronological either: an event is new if its key is not in
// the set.
struct EventKey {
  std::uint64_t id = 0;
  EventTime created_at{};
  friend auto operator<=>(const EventKey&, const EventKey&) = default;
};

struct EventKeyHash {
  std::size_t operator()(const EventKey& key) const {
    return std::hash<std::uint64_t>{}(key.id * 0x9E3779B97F4A7C15ULL ^
                                      static_cast<std::uint64_t>(unix_seconds(key.created_at)));
  }
};

// In bytes of its JSON: a larger one is not taken, by polls and imports alike, whichever store is used. A document of
// MongoDB has 16 MiB at most, and holds more than the event.
inline constexpr std::size_t kLongestEvent = 15u << 20;

struct Event {
  EventKey key;
  std::string type;        // such as `PushEvent`; types that nobody knows yet are treated the same
  std::string actor;       // login; empty if GitHub sent none
  std::string repository;  // `owner/name` from the event itself: an organisation's feed has events of many repositories
  std::string json;        // the exact bytes of the event's JSON object as GitHub sent them
  std::uint64_t github_id = 0;  // GitHub's number of its repository (`repo.id`); 0: the event does not say, or was read
                                // back from the store, which keeps it in the JSON alone
};

}  // namespace repopulse::core
