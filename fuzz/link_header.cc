// Link headers, and where their targets lead.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "github/events_api.h"
#include "github/origin.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace repopulse::github;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ApiRoot root{"https://api.github.com", "secret", "fuzz"};
  for (const std::string& target : {next_link(text).value_or(""), std::string(text)}) {
    const std::string location = location_below(root.url, target);
    if (location.empty()) continue;
    // A location is asked for with the token: it must stay at home.
    const HttpRequest request = events_request(root, location, 1, {});
    if (!same_origin(root.url, request.url)) std::abort();
  }
  return 0;
}
