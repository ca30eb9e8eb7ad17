#include "alerts/rule.h"

#include <algorithm>
#include <array>

namespace repopulse::alerts {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"silence", "burst", "gap", "status", "poller"};

}  // namespace

std::string_view to_string(RuleKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<RuleKind> parse_rule_kind(std::string_view text) {
  const auto found = std::ranges::find(kNames, text);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<RuleKind>(found - kNames.begin());
}

bool Rule::covers(std::string_view repository_key) const {
  return repositories.empty() || std::ranges::find(repositories, repository_key) != repositories.end();
}

}  // namespace repopulse::alerts
