#include "github/transport.h"

#include <algorithm>

#include "base/text.h"

namespace repopulse::github {

std::string_view header(const Headers& headers, std::string_view name) {
  const auto at = std::ranges::find_if(
      headers, [name](const auto& header) { return base::equals_ignoring_case(header.first, name); });
  return at == headers.end() ? std::string_view() : std::string_view(at->second);
}

std::string_view to_string(TransportFailure failure) {
  switch (failure) {
    case TransportFailure::kConnect:
      return "connect";
    case TransportFailure::kTimeout:
      return "timeout";
    case TransportFailure::kReset:
      return "reset";
    case TransportFailure::kTruncated:
      return "truncated";
    case TransportFailure::kTooLarge:
      return "too_large";
    case TransportFailure::kTls:
      return "tls";
    case TransportFailure::kOther:
      return "other";
  }
  return "unknown";
}

}  // namespace repopulse::github
