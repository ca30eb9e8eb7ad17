// Pages of events. No input crashes the parser; each event that it returns is valid JSON, and is read
// again as the same event.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "github/event_parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace repopulse;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  github::EventParser parser;
  const auto page = parser.page(body);
  if (!page) return 0;
  if (page->events.size() + page->malformed > page->entries) std::abort();
  for (const core::Event& event : page->events) {
    const auto again = parser.event(event.json);
    if (!again || again->key != event.key || again->type != event.type) std::abort();
    if (body.find(event.json) == std::string_view::npos) std::abort();
    if (event.type.empty() || event.type.size() > github::kLongestType) std::abort();
  }
  return 0;
}
