// What watch lists of thousands of repositories ask of GitHub: made-up lists that are drawn from recorded activity.
#pragma once

#include <cstddef>
#include <vector>

#include "backtest/replay.h"
#include "backtest/trace.h"
#include "core/time.h"

namespace repopulse::bench {

// `size` repositories, each of an owner of its own and with the activity of one of `recorded`, drawn at random, for
// `lived`: the recording goes round and round, and each repository enters it at a moment of its own. The same list in
// every run.
std::vector<backtest::Trace> watch_list(const std::vector<backtest::Trace>& recorded, std::size_t size,
                                        core::Seconds lived);

// Requests, quota, GraphQL points and tokens for 1,000, 10,000 and 100,000 repositories by freshness, with probes and
// without, and how many repositories one token is enough for. One shard of 500 is replayed; all others are as it is.
void print_watch_lists(const std::vector<backtest::Trace>& recorded, const backtest::ReplaySettings& settings);

}  // namespace repopulse::bench
