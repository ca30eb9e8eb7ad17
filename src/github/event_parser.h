// Reads events from JSON: a page of the Events API, or one event as a line of GH Archive. Pure; checks all that it
// returns.
#pragma once

#include <optional>
#include <string_view>

#include "core/event.h"
#include "core/result.h"
#include "github/events_api.h"
#include "github/json_scanner.h"

namespace repopulse::github {

// In bytes. GitHub has no longer names. A longer type is cut; another name that is longer, or has control characters,
// counts as not sent.
inline constexpr std::size_t kLongestType = 100;
inline constexpr std::size_t kLongestLogin = 200;
inline constexpr std::size_t kLongestRepository = 200;

// An entry is an event where it is valid JSON in UTF-8 (RFC 8259) with `id`, `type` and `created_at`, whatever else it
// holds: lone surrogates, numbers of any length, any depth. Keeps its buffers from call to call. Not thread-safe.
class EventParser {
 public:
  // As parse_events().
  core::Result<ParsedPage> page(std::string_view body);
  // One event; nullopt when `object` is not one.
  std::optional<core::Event> event(std::string_view object);

 private:
  JsonScanner scanner_;
};

}  // namespace repopulse::github
