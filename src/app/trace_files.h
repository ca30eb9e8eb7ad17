// Loads the traces of a backtest from files. Only reads; the traces are kept in memory.
#pragma once

#include <string>
#include <vector>

#include "backtest/trace.h"
#include "core/repo_name.h"
#include "core/result.h"

namespace repopulse::app {

// A `.csv` or `.csv.gz` file is the trace of one repository; a repository may have only one such file. Any other file,
// or
// `-` for standard input, is an archive, and each repository in it becomes a trace. Events of one repository from
// several archives are merged; an event that is in two of them counts once. `wanted`: only these repositories; empty:
// all. Sorted by name. The messages of kBadInput, kNotFound and kCorrupt name the file, and the line where there is
// one.
core::Result<std::vector<backtest::Trace>> load_traces(const std::vector<std::string>& files,
                                                       const std::vector<core::RepoName>& wanted);

}  // namespace repopulse::app
