// Compares policies fairly: how many requests each needs where events wait equally long. It only runs replays.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "backtest/replay.h"
#include "backtest/trace.h"
#include "core/result.h"

namespace repopulse::backtest {

// Also takes `clairvoyant` as a policy: the run is then the bound, at a mean staleness of `freshness`.
core::Result<Run> replay_or_bound(std::span<const Trace> traces, std::string_view policy, core::Millis freshness,
                                  const ReplaySettings& settings);

// Requests of `policy` at a mean staleness of `staleness_mean` seconds: replays with a freshness below and above, and
// interpolates between the two in logarithms. Not a number where no event waits. kBadInput as replay().
core::Result<double> requests_at(std::span<const Trace> traces, std::string_view policy, double staleness_mean,
                                 const ReplaySettings& settings);

// The freshnesses whose runs make a policy's curve of requests against staleness: from `freshness` to sixteen times of
// it, each twice the one before. A policy that ignores the freshness has one point. Fresher points would cost more
// replayed polls than all these together, and would say less: the more is polled, the more is each policy's number of
// requests inversely proportional to the staleness alone.
std::vector<core::Millis> curve_freshnesses(std::string_view policy, core::Millis freshness);

}  // namespace repopulse::backtest
