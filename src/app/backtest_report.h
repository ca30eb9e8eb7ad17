// The result of a backtest as text: JSON for programs, a table for people that grows row by row. Computes nothing.
#pragma once

#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "app/table.h"
#include "backtest/replay.h"

namespace repopulse::app {

// `{"runs": […]}`, one run a line.
std::string runs_json(std::span<const backtest::Run> runs);

// A row for each run, printed as soon as it comes, and below them what the columns mean.
class RunTable {
 public:
  // `mean`: the run of the policy `mean`, to which all others are related. `probed`: with the columns that only change
  // probes fill.
  RunTable(std::ostream& out, backtest::Run mean, bool probed);

  // `requests`: of the run's policy at the mean staleness of `mean`; not a number: unknown.
  void add(const backtest::Run& run, double requests);
  // After the last row.
  void explain();

 private:
  std::ostream& out_;
  backtest::Run mean_;
  bool probed_;
  GrowingTable rows_;
  std::vector<backtest::Run> runs_;
};

}  // namespace repopulse::app
