// An event as GitHub showed it.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

#include "core/time.h"

namespace repopulse::core {

// Number of a repository in the store; not GitHub's id. Never used twice.
enum class RepoId : std::int64_t {};
inline constexpr std::int64_t to_int(RepoId id) {
  return static_cast<std::int64_t>(id);
}

// Identity of an event within its repository. GitHub's ids fell as a whole in 2025, so an id alone may come again years
// apart; and they are no order: only the set of keys says what is new.
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

struct Event {
  EventKey key;
  std::string type;        // `PushEvent`; types that nobody knows yet are events like any other
  std::string actor;       // login, empty where GitHub sent none
  std::string repository;  // `owner/name` as the event itself says (an organisation's feed mixes repositories)
  std::string json;        // the very bytes of the event's JSON object that GitHub sent
};

}  // namespace repopulse::core
