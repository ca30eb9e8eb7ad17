// Traces for a backtest, from files.
#pragma once

#include <string>
#include <vector>

#include "backtest/trace.h"
#include "core/repo_name.h"
#include "core/result.h"

namespace repopulse::app {

// Reads each `.csv` or `.csv.gz` as a trace of one repository, which may have one, and any other file (or standard
// input, `-`) as an archive, of which each repository becomes a trace. What several files say of one repository is
// merged, an event that two archives hold counts once. Only the repositories `wanted`, or all where there are none; by
// name. kBadInput, kNotFound and kCorrupt name the file, and the line where there is one.
core::Result<std::vector<backtest::Trace>> load_traces(const std::vector<std::string>& files,
                                                       const std::vector<core::RepoName>& wanted);

}  // namespace repopulse::app
