// The result of a backtest as text: JSON for programs, a table for people. Computes nothing.
#pragma once

#include <map>
#include <ostream>
#include <span>
#include <string>

#include "backtest/replay.h"

namespace repopulse::app {

// `{"runs": […]}`, one run a line.
std::string runs_json(std::span<const backtest::Run> runs);

// How many requests each policy needs at the mean staleness of the policy `mean`.
struct Comparison {
  backtest::Run mean;
  std::map<std::string, double> requests;  // by policy, at mean.staleness_mean; NaN: unknown
};

// A table, and below it what the columns mean.
void print_runs(std::ostream& out, std::span<const backtest::Run> runs, const Comparison& comparison);

}  // namespace repopulse::app
