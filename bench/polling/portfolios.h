// Which repositories are watched together in the polling benchmark, chosen by rule from recorded activity.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "backtest/trace.h"

namespace repopulse::bench {

struct Portfolio {
  std::string name;
  std::vector<backtest::Trace> traces;
};

// The CSV traces right in `folder`, the busiest first; those of other form (an index) are passed over.
std::vector<backtest::Trace> load_folder(const std::filesystem::path& folder);
// Two days of five repositories, which `repopulse-sim` holds: for where no recordings are at hand.
std::vector<backtest::Trace> built_in_traces();

// Every second trace, beginning with the first or with the second: halves of like mixture, one to tune on and one kept.
std::vector<backtest::Trace> half_of(const std::vector<backtest::Trace>& traces, bool second);

// Those whose rates come nearest: to 100, 40, 16, 6 and 2.5 events a day (busy to quiet), five to 20 a day (middling),
// five to 5 a day (quiet). Of five traces or fewer, one portfolio of all.
std::vector<Portfolio> portfolios_of(const std::vector<backtest::Trace>& traces);
// From very busy to quiet: the four quieter ones of "busy to quiet", and all other traces taken as one repository.
Portfolio very_busy(const std::vector<backtest::Trace>& traces);

}  // namespace repopulse::bench
