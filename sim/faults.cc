#include "sim/faults.h"

#include <algorithm>

namespace repopulse::sim {
namespace {

template <typename Value, std::size_t size>
std::optional<Value> named(const std::array<Value, size>& values, std::string_view name) {
  const auto at = std::ranges::find(values, name, [](Value value) { return to_string(value); });
  return at == values.end() ? std::nullopt : std::optional(*at);
}

}  // namespace

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
    case Fault::kQuotaInBody:
      return "quota_in_body";
    case Fault::kSecondaryInBody:
      return "secondary_in_body";
    case Fault::kResourceLimits:
      return "resource_limits";
    case Fault::kPartialErrors:
      return "partial_errors";
    case Fault::kNullData:
      return "null_data";
  }
  return "unknown";
}

std::optional<Fault> parse_fault(std::string_view name) {
  const auto found = named(kAllFaults, name);
  return found ? found : named(kGraphqlFaults, name);
}

bool is_of_graphql(Fault fault) {
  return std::ranges::find(kGraphqlFaults, fault) != kGraphqlFaults.end();
}

std::string_view to_string(Lie lie) {
  switch (lie) {
    case Lie::kNone:
      return "none";
    case Lie::kStuck:
      return "stuck";
    case Lie::kChanges:
      return "changes";
    case Lie::kOtherId:
      return "other_id";
    case Lie::kMissing:
      return "missing";
  }
  return "unknown";
}

std::optional<Lie> parse_lie(std::string_view name) {
  return named(kAllLies, name);
}

std::string_view to_string(AccountFault fault) {
  switch (fault) {
    case AccountFault::kNone:
      return "none";
    case AccountFault::kLeavesOut:
      return "leaves_out";
    case AccountFault::kSilent:
      return "silent";
    case AccountFault::kStuck:
      return "stuck";
    case AccountFault::kMissing:
      return "missing";
  }
  return "unknown";
}

std::optional<AccountFault> parse_account_fault(std::string_view name) {
  return named(kAllAccountFaults, name);
}

}  // namespace repopulse::sim
