#include "polling/policy.h"

#include <array>

#include "core/feed_name.h"
#include "forecast/kalman.h"
#include "forecast/sarima_model.h"
#include "forecast/self_exciting.h"
#include "polling/fixed_policy.h"
#include "polling/mean_policy.h"
#include "polling/organisation.h"
#include "polling/waiting_cost_policy.h"

namespace repopulse::polling {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"fixed", "mean", "kalman", "sarima", "adaptive"};

}  // namespace

std::span<const std::string_view> policy_names() {
  return kNames;
}

core::Result<std::unique_ptr<Policy>> make_policy(std::string_view name, const PolicySettings& settings) {
  if (name == "fixed") return std::make_unique<FixedPolicy>(settings);
  if (name == "mean") return std::make_unique<MeanPolicy>(settings);
  if (name == "kalman") {
    return std::make_unique<WaitingCostPolicy>(
        "kalman", settings, [](std::string_view) { return std::make_unique<forecast::KalmanModel>(); });
  }
  if (name == "sarima") {
    return std::make_unique<WaitingCostPolicy>(
        "sarima", settings, [](std::string_view) { return std::make_unique<forecast::SarimaModel>(); });
  }
  if (name == "adaptive") {
    const auto town = std::make_shared<forecast::Town>();
    return std::make_unique<WaitingCostPolicy>("adaptive", settings, [town](std::string_view feed) {
      return std::make_unique<forecast::SelfExcitingModel>(town->home_of(core::organisation_feed_of(feed)), feed);
    });
  }
  std::string accepted;
  for (const std::string_view known : kNames) accepted.append(accepted.empty() ? "" : ", ").append(known);
  return core::fail(core::ErrorKind::kBadInput,
                    "unknown policy '" + std::string(name) + "' (accepted: " + accepted + ")");
}

}  // namespace repopulse::polling
