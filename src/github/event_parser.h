// Reads events out of JSON: a page of the Events API, or one event as GH Archive keeps it a line.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "core/event.h"
#include "core/result.h"
#include "github/events_api.h"

namespace repopulse::github {

// Longer texts are no GitHub names: such an event is malformed. In bytes.
inline constexpr std::size_t kLongestType = 100;
inline constexpr std::size_t kLongestLogin = 200;
inline constexpr std::size_t kLongestRepository = 200;

// Keeps its buffers from call to call, for whoever reads many. Everything that it returns has been checked to be whole
// JSON in UTF-8, the parts that nobody reads included. Not thread-safe.
class EventParser {
 public:
  EventParser();
  ~EventParser();
  EventParser(EventParser&&) noexcept;
  EventParser& operator=(EventParser&&) noexcept;

  // As parse_events().
  core::Result<ParsedPage> page(std::string_view body);
  // One event; nullopt when `object` is none.
  std::optional<core::Event> event(std::string_view object);

 private:
  struct Parsers;
  std::unique_ptr<Parsers> parsers_;
};

}  // namespace repopulse::github
