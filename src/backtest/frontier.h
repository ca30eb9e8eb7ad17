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

// The policy's curve of requests against staleness, over freshnesses from a quarter to four times `staleness_mean`. Of
// a policy that ignores the freshness it is one point.
core::Result<std::vector<Run>> frontier(std::span<const Trace> traces, std::string_view policy, double staleness_mean,
                                        const ReplaySettings& settings);

}  // namespace repopulse::backtest
