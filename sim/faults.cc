#include "sim/faults.h"

#include <algorithm>

namespace repopulse::sim {

std::string_view to_string(Fault fault) {
  switch (fault) {
    case Fault::kServerError:
      return "server_error";
    case Fault::kBadGateway:
      return "bad_gateway";
    case Fault::kUnavailable:
      return "unavailable";
    case Fault::kSecondaryLimit:
      return "secondary_limit";
    case Fault::kSilentLimit:
      return "silent_limit";
    case Fault::kTimeout:
      return "timeout";
    case Fault::kReset:
      return "reset";
    case Fault::kTruncated:
      return "truncated";
    case Fault::kTooLarge:
      return "too_large";
    case Fault::kCutBody:
      return "cut_body";
    case Fault::kGarbage:
      return "garbage";
    case Fault::kHtml:
      return "html";
    case Fault::kMissingHeaders:
      return "missing_headers";
    case Fault::kClockSkew:
      return "clock_skew";
    case Fault::kStuck:
      return "stuck";
  }
  return "unknown";
}

std::optional<Fault> parse_fault(std::string_view name) {
  const auto at = std::ranges::find(kAllFaults, name, [](Fault fault) { return to_string(fault); });
  return at == kAllFaults.end() ? std::nullopt : std::optional(*at);
}

}  // namespace repopulse::sim
