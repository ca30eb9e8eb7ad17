// What a backtest prints.
#pragma once

#include <map>
#include <ostream>
#include <span>
#include <string>

#include "backtest/replay.h"

namespace repopulse::app {

// `{"runs": […]}`, one run a line.
std::string runs_json(std::span<const backtest::Run> runs);

// How many requests each policy needs where events wait as long as under `mean`.
struct Comparison {
  backtest::Run mean;
  std::map<std::string, double> requests;  // by policy, at mean.staleness_mean; not a number: unknown
};

// As a table, and a word on how to read it.
void print_runs(std::ostream& out, std::span<const backtest::Run> runs, const Comparison& comparison);

}  // namespace repopulse::app
