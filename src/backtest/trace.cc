#include "backtest/trace.h"

#include <algorithm>
#include <charconv>
#include <fstream>

namespace repopulse::backtest {
namespace {

constexpr std::string_view kHeadLine = "unix_time,kind";
constexpr core::EventTime kFirstTime = std::chrono::sys_days(std::chrono::year(2008) / 1 / 1);  // GitHub's first year
constexpr core::EventTime kEndOfTimes = std::chrono::sys_days(std::chrono::year(2100) / 1 / 1);

core::Result<core::RepoName> name_of(const std::filesystem::path& file) {
  const std::string stem = file.stem().string();
  const auto split = stem.find("__");
  if (split != std::string::npos) {
    if (auto name = core::RepoName::parse(stem.substr(0, split) + "/" + stem.substr(split + 2))) return *name;
  }
  return core::fail(core::ErrorKind::kBadInput, file.string() + ": a trace's file is named OWNER__REPO.csv");
}

bool parse_line(std::string_view line, TraceEvent& event) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), seconds);
  if (error != std::errc{} || end == line.data() + line.size() || *end != ',') return false;
  event.at = core::event_time_from_unix(seconds);
  event.kind = std::string(end + 1, line.data() + line.size());
  return true;
}

}  // namespace

bool plausible(core::EventTime at) {
  return at >= kFirstTime && at < kEndOfTimes;
}

core::Result<Trace> load_csv_trace(const std::filesystem::path& file) {
  auto name = name_of(file);
  if (!name) return tl::unexpected(name.error());
  std::ifstream in(file);
  if (!in) return core::fail(core::ErrorKind::kNotFound, file.string() + ": cannot be opened");
  Trace trace{*name, {}};
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty() || (number == 1 && line == kHeadLine)) continue;
    TraceEvent event;
    if (!parse_line(line, event)) {
      return core::fail(core::ErrorKind::kBadInput,
                        file.string() + ":" + std::to_string(number) + ": expected `unix_time,kind`");
    }
    if (!plausible(event.at)) {
      return core::fail(core::ErrorKind::kBadInput, file.string() + ":" + std::to_string(number) + ": the time " +
                                                        std::to_string(core::unix_seconds(event.at)) +
                                                        " is not in the years 2008 to 2099, in seconds since 1970");
    }
    trace.events.push_back(std::move(event));
  }
  std::ranges::stable_sort(trace.events, {}, &TraceEvent::at);
  return trace;
}

}  // namespace repopulse::backtest
