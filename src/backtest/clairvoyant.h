// The bound for every policy: the fewest polls of a poller that knows the future. It runs no production code.
#pragma once

#include <span>

#include "backtest/replay.h"
#include "backtest/trace.h"

namespace repopulse::backtest {

// The fewest polls, over all feeds, that keep the mean staleness of the counted events at `staleness_mean` seconds. A
// poll collects whatever is visible, and two polls of one feed lie at least the floor of 60 s apart; pages cost
// nothing.
//
// Per feed a dynamic program over the times at which a poll can pay (at an event, or a floor after the poll before it)
// finds the cheapest schedule when a poll costs 1 and a second of waiting costs a price; the price is the same for all
// feeds and is searched so that the mean staleness comes out as asked. Between two prices it interpolates: that is the
// lower convex hull of what is possible, and a bound for everything else.
Run clairvoyant(std::span<const Trace> traces, double staleness_mean, const ReplaySettings& settings);

}  // namespace repopulse::backtest
