// Recorded activity of one repository: what a backtest replays.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/repo_name.h"
#include "core/result.h"
#include "core/time.h"

namespace repopulse::backtest {

struct TraceEvent {
  core::EventTime at{};
  std::string kind;
};

struct Trace {
  core::RepoName name;
  std::vector<TraceEvent> events;  // ascending by time
};

// Whether an event of GitHub can be of that time: the years 2008 to 2099. A poller is replayed through all the time
// between a trace's events, so that a time in other units than seconds would take it days.
bool plausible(core::EventTime at);

// A CSV file `unix_time,kind` with that head line, named `OWNER__REPO.csv`. kBadInput names the file, the line and what
// was expected.
core::Result<Trace> load_csv_trace(const std::filesystem::path& file);

}  // namespace repopulse::backtest
