// Dates of HTTP and of GitHub's JSON: what is read can be written, and is read again as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/time.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace repopulse::core;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto at = parse_http_date(text)) {
    if (parse_http_date(format_http_date(*at)) != at) std::abort();
  }
  if (const auto at = parse_rfc3339(text)) {
    if (parse_rfc3339(format_rfc3339(*at)) != at) std::abort();
  }
  return 0;
}
