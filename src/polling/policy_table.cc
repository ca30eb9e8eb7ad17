#include "polling/policy_table.h"

#include <algorithm>
#include <array>

#include "core/feed_name.h"
#include "forecast/kalman.h"
#include "forecast/sarima_model.h"
#include "forecast/self_exciting.h"
#include "polling/fixed_policy.h"
#include "polling/mean_policy.h"
#include "polling/waiting_cost_policy.h"

namespace repopulse::polling {
namespace {

std::unique_ptr<Policy> make_fixed(const PolicySettings& settings) {
  return std::make_unique<FixedPolicy>(settings);
}

std::unique_ptr<Policy> make_mean(const PolicySettings& settings) {
  return std::make_unique<MeanPolicy>(settings);
}

std::unique_ptr<Policy> make_kalman(const PolicySettings& settings) {
  return std::make_unique<WaitingCostPolicy>(
      "kalman", settings, [](std::string_view) { return std::make_unique<forecast::KalmanModel>(); });
}

std::unique_ptr<Policy> make_sarima(const PolicySettings& settings) {
  return std::make_unique<WaitingCostPolicy>(
      "sarima", settings, [](std::string_view) { return std::make_unique<forecast::SarimaModel>(); });
}

std::unique_ptr<Policy> make_adaptive(const PolicySettings& settings) {
  const auto neighbourhoods = std::make_shared<forecast::Neighbourhoods>();
  return std::make_unique<WaitingCostPolicy>("adaptive", settings, [neighbourhoods](std::string_view feed) {
    return std::make_unique<forecast::SelfExcitingModel>(neighbourhoods->place_for(core::organisation_feed_of(feed)),
                                                         feed);
  });
}

constexpr std::array kTable = {
    PolicyEntry{.name = "fixed", .sentence = "one request every 2 × freshness", .forecasts = false, .make = make_fixed},
    PolicyEntry{.name = "mean",
                .sentence = "the baseline: waits one mean gap between events, at most 6 h; ignores the freshness",
                .uses_freshness = false,
                .forecasts = false,
                .make = make_mean},
    PolicyEntry{.name = "kalman",
                .sentence = "expects a rate of events that drifts, and follows it with a Kalman filter",
                .make = make_kalman},
    PolicyEntry{
        .name = "sarima", .sentence = "forecasts hourly counts with a seasonal ARIMA model", .make = make_sarima},
    PolicyEntry{.name = "adaptive",
                .sentence = "learns the habits of a week, and that events bring further events (Hawkes process)",
                .make = make_adaptive},
};

constexpr auto kNames = [] {
  std::array<std::string_view, kTable.size()> names;
  std::ranges::transform(kTable, names.begin(), &PolicyEntry::name);
  return names;
}();

std::string joined(std::string_view before_last) {
  std::string all;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (i > 0) all += i + 1 < kNames.size() ? ", " : before_last;
    all += kNames[i];
  }
  return all;
}

}  // namespace

std::span<const PolicyEntry> policy_table() {
  return kTable;
}

const PolicyEntry* find_policy(std::string_view name) {
  const auto* const found = std::ranges::find(kTable, name, &PolicyEntry::name);
  return found == kTable.end() ? nullptr : found;
}

std::span<const std::string_view> policy_names() {
  return kNames;
}

std::string policy_choice() {
  return joined(" or ");
}

core::Result<std::unique_ptr<Policy>> make_policy(std::string_view name, const PolicySettings& settings) {
  if (const PolicyEntry* entry = find_policy(name)) return entry->make(settings);
  return core::fail(core::ErrorKind::kBadInput,
                    "unknown policy '" + std::string(name) + "' (accepted: " + joined(", ") + ")");
}

}  // namespace repopulse::polling
