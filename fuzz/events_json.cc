// Pages of events. No input crashes the parser or keeps it busy; each event that it returns is valid JSON, and is read
// again as the same event; what simdjson takes, which is stricter, the scanner takes too.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <simdjson.h>

#include "github/event_parser.h"

namespace {

using namespace repopulse;

void compare_with_simdjson(std::string_view text) {
  static simdjson::dom::parser parser;
  simdjson::dom::element json;
  if (text.starts_with("\xEF\xBB\xBF")) return;  // simdjson skips a byte order mark
  if (parser.parse(text.data(), text.size()).get(json)) return;
  const char* end = text.data() + text.size();
  github::JsonScanner scanner;
  const char* behind = scanner.value_end(text.data(), end);
  if (behind == nullptr || github::skip_json_space(behind, end) != end) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  compare_with_simdjson(body);
  github::EventParser parser;
  const auto page = parser.page(body);
  if (!page) return 0;
  if (page->events.size() + page->malformed > page->entries) std::abort();
  if (page->unread.size() > page->malformed) std::abort();
  for (const core::Event& event : page->events) {
    const auto again = parser.event(event.json);
    if (!again || again->key != event.key || again->type != event.type) std::abort();
    if (body.find(event.json) == std::string_view::npos) std::abort();
    if (event.type.empty() || event.type.size() > github::kLongestType) std::abort();
  }
  return 0;
}
