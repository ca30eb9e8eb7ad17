// Recorded activity of one repository: what a backtest replays.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
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

// Whether an event can have that time: the years 1970 to 2099. A replay goes through all the time between the events of
// a trace, so a time in other units than seconds would make it take days.
bool plausible(core::EventTime at);

// The next line of a file without its end, valid until the next call; nullopt at the end.
using NextLine = std::function<core::Result<std::optional<std::string_view>>()>;

// A CSV file `unix_time,kind` with or without that head line, named `OWNER__REPO.csv` or `OWNER__REPO.csv.gz`. A byte
// order mark and blanks around the fields are ignored. kBadInput names the file, the line and what was
// expected; errors of `next` are handed on.
core::Result<Trace> read_csv_trace(const std::string& file, const NextLine& next);

}  // namespace repopulse::backtest
