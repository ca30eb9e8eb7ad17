#include "backtest/trace.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace repopulse::backtest {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";  // as spreadsheets begin UTF-8
constexpr core::EventTime kFirstTime{};                      // 1970: an invented trace may begin with 0
constexpr core::EventTime kEndOfTimes = std::chrono::sys_days(std::chrono::year(2100) / 1 / 1);

core::Result<core::RepoName> name_of(const std::string& file) {
  std::string_view name(file);
  name.remove_prefix(name.rfind('/') + 1);
  for (const std::string_view ending : {".gz", ".csv"}) {
    if (name.ends_with(ending)) name.remove_suffix(ending.size());
  }
  if (const auto split = name.find("__"); split != std::string_view::npos) {
    auto parsed = core::RepoName::parse(std::string(name.substr(0, split)) + "/" + std::string(name.substr(split + 2)));
    if (parsed) return parsed;
  }
  return core::fail(core::ErrorKind::kBadInput,
                    file + ": a trace's file is named OWNER__REPO.csv or OWNER__REPO.csv.gz");
}

// The two fields; the second is missing where there is no comma.
struct Fields {
  std::string_view time;
  std::optional<std::string_view> kind;
};

Fields split(std::string_view line) {
  const auto comma = line.find(',');
  if (comma == std::string_view::npos) return {base::trim(line), std::nullopt};
  return {base::trim(line.substr(0, comma)), base::trim(line.substr(comma + 1))};
}

// Recordings that were made from a repository's git history have names of their own.
std::string kind_of(std::string_view kind) {
  if (kind == "push" || kind == "merge") return "PushEvent";
  if (kind == "release") return "ReleaseEvent";
  return std::string(kind);
}

core::Result<TraceEvent> event_of(const Fields& fields, const std::string& place) {
  std::int64_t seconds = 0;
  const char* const end = fields.time.data() + fields.time.size();
  const auto [stop, error] = std::from_chars(fields.time.data(), end, seconds);
  if (!fields.kind || error != std::errc{} || stop != end) {
    return core::fail(core::ErrorKind::kBadInput, place + ": expected `unix_time,kind`");
  }
  TraceEvent event{core::event_time_from_unix(seconds), kind_of(*fields.kind)};
  if (plausible(event.at)) return event;
  return core::fail(core::ErrorKind::kBadInput, place + ": the time " + std::to_string(seconds) +
                                                    " is not in the years 1970 to 2099, in seconds since 1970");
}

}  // namespace

bool plausible(core::EventTime at) {
  return at >= kFirstTime && at < kEndOfTimes;
}

core::Result<Trace> read_csv_trace(const std::string& file, const NextLine& next) {
  auto name = name_of(file);
  if (!name) return tl::unexpected(name.error());
  Trace trace{*std::move(name), {}};
  for (std::size_t number = 1;; ++number) {
    const auto line = next();
    if (!line) return tl::unexpected(line.error());
    if (!*line) break;
    std::string_view text = **line;
    if (number == 1 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    const Fields fields = split(text);
    const bool empty = fields.time.empty() && !fields.kind;
    if (empty || (number == 1 && fields.time == "unix_time" && fields.kind == "kind")) continue;
    auto event = event_of(fields, file + ":" + std::to_string(number));
    if (!event) return tl::unexpected(event.error());
    trace.events.push_back(*std::move(event));
  }
  std::ranges::stable_sort(trace.events, {}, &TraceEvent::at);
  return trace;
}

}  // namespace repopulse::backtest
