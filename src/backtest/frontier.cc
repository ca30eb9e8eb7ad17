#include "backtest/frontier.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "backtest/clairvoyant.h"
#include "polling/policy_table.h"

namespace repopulse::backtest {
namespace {

constexpr std::string_view kBound = "clairvoyant";

bool ignores_freshness(std::string_view policy) {
  const polling::PolicyEntry* entry = polling::find_policy(policy);
  return entry != nullptr && !entry->uses_freshness;
}

core::Millis millis(double seconds) {
  return core::Millis(std::max<std::int64_t>(1, std::llround(seconds * 1e3)));
}

// Requests at `staleness` on the straight line, in logarithms, through two runs. Zero has no logarithm.
double interpolate(const Run& a, const Run& b, double staleness) {
  if (std::min({a.staleness_mean, b.staleness_mean, staleness}) <= 0 || std::min(a.requests, b.requests) == 0) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double x0 = std::log(a.staleness_mean), x1 = std::log(b.staleness_mean);
  const double y0 = std::log(static_cast<double>(a.requests)), y1 = std::log(static_cast<double>(b.requests));
  if (std::abs(x1 - x0) < 1e-9) return std::exp(y0);
  return std::exp(y0 + (y1 - y0) * (std::log(staleness) - x0) / (x1 - x0));
}

}  // namespace

core::Result<Run> replay_or_bound(std::span<const Trace> traces, std::string_view policy, core::Millis freshness,
                                  const ReplaySettings& settings) {
  if (policy != kBound) return replay(traces, policy, freshness, settings);
  return clairvoyant(traces, std::chrono::duration<double>(freshness).count(), settings);
}

core::Result<double> requests_at(std::span<const Trace> traces, std::string_view policy, double staleness_mean,
                                 const ReplaySettings& settings) {
  if (ignores_freshness(policy) || policy == kBound) {
    const auto run = replay_or_bound(traces, policy, millis(staleness_mean), settings);
    return run.map([](const Run& done) { return static_cast<double>(done.requests); });
  }
  // Steering is not exact: the runs lie about the staleness asked for, and each next one allows for what the one before
  // it missed by.
  constexpr double kStep = 1.08;
  constexpr int kMostRuns = 6;
  std::optional<Run> fresher, staler;
  double freshness = staleness_mean;
  for (int i = 0; i < kMostRuns && !(fresher && staler); ++i) {
    auto run = replay(traces, policy, millis(freshness), settings);
    if (!run) return tl::unexpected(run.error());
    const double missed = staleness_mean / std::max(run->staleness_mean, 1e-3);
    (missed >= 1 ? fresher : staler) = *run;
    freshness *= missed >= 1 ? missed * kStep : missed / kStep;
  }
  const Run& one = fresher ? *fresher : *staler;
  return interpolate(one, staler ? *staler : one, staleness_mean);
}

std::vector<core::Millis> curve_freshnesses(std::string_view policy, core::Millis freshness) {
  if (ignores_freshness(policy)) return {freshness};
  std::vector<core::Millis> freshnesses;
  for (const int times : {1, 2, 4, 8, 16}) freshnesses.push_back(times * freshness);
  return freshnesses;
}

}  // namespace repopulse::backtest
