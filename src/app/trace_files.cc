#include "app/trace_files.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "archive/archive_reader.h"
#include "archive/line_reader.h"

namespace repopulse::app {
namespace {

using backtest::Trace;

class TraceLoader {
 public:
  explicit TraceLoader(const std::vector<core::RepoName>& wanted) {
    for (const core::RepoName& name : wanted) wanted_.insert(name.key());
  }

  core::Status load(const std::string& file) {
    return file.ends_with(".csv") || file.ends_with(".csv.gz") ? load_csv(file) : load_archive(file);
  }

  std::vector<Trace> traces() {
    std::vector<Trace> traces;
    for (auto& [key, trace] : by_key_) {
      std::ranges::stable_sort(trace.events, {}, &backtest::TraceEvent::at);
      traces.push_back(std::move(trace));
    }
    return traces;
  }

 private:
  core::Status load_csv(const std::string& file) {
    auto source = archive::ByteSource::open(file);
    if (!source) return tl::unexpected(source.error());
    archive::LineReader lines(*std::move(source));
    auto trace = backtest::read_csv_trace(file, [&lines] { return lines.next(); });
    if (!trace) return tl::unexpected(trace.error());
    if (!wanted_.empty() && !wanted_.contains(trace->name.key())) return {};
    // CSV traces have no ids, so events that are in both could not be recognised.
    const auto [known, first] = csv_files_.try_emplace(trace->name.key(), file);
    if (!first) {
      return core::fail(core::ErrorKind::kBadInput, file + ": a second trace of " + trace->name.full_name() +
                                                        ", after " + known->second +
                                                        "; expected one file for each repository");
    }
    auto& events = trace_of(trace->name).events;
    std::ranges::move(trace->events, std::back_inserter(events));
    return {};
  }

  core::Status load_archive(const std::string& file) {
    const auto filter = wanted_.empty() ? archive::EventFilter::everything() : archive::EventFilter(wanted_);
    archive::ReadCallbacks callbacks;
    callbacks.on_event = [&](core::Event event) -> core::Status {
      if (!backtest::plausible(event.key.created_at)) {
        return core::fail(core::ErrorKind::kBadInput, file + ": an event of " + event.repository + " has the time " +
                                                          core::format_rfc3339(event.key.created_at) +
                                                          ", which is outside the years 1970 to 2099");
      }
      const auto name = core::RepoName::parse(event.repository);
      if (name && seen_.emplace(name->key(), event.key).second) {
        trace_of(*name).events.push_back({event.key.created_at, std::move(event.type)});
      }
      return {};
    };
    const auto report = archive::read_archive(file, filter, callbacks);
    if (!report) return tl::unexpected(report.error());
    if (report->broken == 0) return {};
    return core::fail(core::ErrorKind::kBadInput,
                      file + ":" + std::to_string(report->broken_lines.front()) +
                          ": not an event of GitHub; expected a .csv trace or a file of GitHub events");
  }

  Trace& trace_of(const core::RepoName& name) { return by_key_.try_emplace(name.key(), Trace{name, {}}).first->second; }

  absl::flat_hash_set<std::string> wanted_;
  std::map<std::string, Trace> by_key_;
  std::map<std::string, std::string> csv_files_;  // by the repository's key
  std::set<std::pair<std::string, core::EventKey>> seen_;
};

}  // namespace

core::Result<std::vector<Trace>> load_traces(const std::vector<std::string>& files,
                                             const std::vector<core::RepoName>& wanted) {
  TraceLoader loader(wanted);
  for (const std::string& file : files) {
    if (const auto loaded = loader.load(file); !loaded) return tl::unexpected(loaded.error());
  }
  auto traces = loader.traces();
  if (traces.empty()) return core::fail(core::ErrorKind::kBadInput, "the traces contain no events");
  return traces;
}

}  // namespace repopulse::app
