#include "polling/policy.h"

#include <array>

#include "polling/fixed_policy.h"
#include "polling/mean_policy.h"

namespace repopulse::polling {
namespace {

constexpr std::array<std::string_view, 2> kNames = {"fixed", "mean"};

}  // namespace

std::span<const std::string_view> policy_names() {
  return kNames;
}

core::Result<std::unique_ptr<Policy>> make_policy(std::string_view name, const PolicySettings& settings) {
  if (name == "fixed") return std::make_unique<FixedPolicy>(settings);
  if (name == "mean") return std::make_unique<MeanPolicy>(settings);
  std::string accepted;
  for (const std::string_view known : kNames) accepted.append(accepted.empty() ? "" : ", ").append(known);
  return core::fail(core::ErrorKind::kBadInput,
                    "unknown policy '" + std::string(name) + "' (accepted: " + accepted + ")");
}

}  // namespace repopulse::polling
