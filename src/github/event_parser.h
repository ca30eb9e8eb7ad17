// Reads events from JSON: a page of the Events API, or one event as a line of GH Archive. Pure; checks all that it
// returns.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "core/event.h"
#include "core/result.h"
#include "github/events_api.h"

namespace repopulse::github {

// In bytes. GitHub has no longer names: an event with a longer one is malformed.
inline constexpr std::size_t kLongestType = 100;
inline constexpr std::size_t kLongestLogin = 200;
inline constexpr std::size_t kLongestRepository = 200;

// Keeps its buffers from call to call. Everything that it returns is valid JSON in UTF-8, also the parts that nobody
// reads. Not thread-safe.
class EventParser {
 public:
  EventParser();
  ~EventParser();
  EventParser(EventParser&&) noexcept;
  EventParser& operator=(EventParser&&) noexcept;

  // As parse_events().
  core::Result<ParsedPage> page(std::string_view body);
  // One event; nullopt when `object` is not one.
  std::optional<core::Event> event(std::string_view object);

 private:
  struct Parsers;
  std::unique_ptr<Parsers> parsers_;
};

}  // namespace repopulse::github
