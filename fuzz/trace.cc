// Recorded activity. A trace that was read is in order and plausible, and is the same trace when it is written and read
// again. The first line of the input is the name of the file.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backtest/trace.h"
#include "fuzz/require.h"

namespace {

using namespace repopulse;
using fuzz::require;

std::optional<std::string_view> take_line(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  const std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  return line;
}

core::Result<backtest::Trace> read(const std::string& file, std::string_view content) {
  return backtest::read_csv_trace(
      file, [&content]() -> core::Result<std::optional<std::string_view>> { return take_line(content); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view content(reinterpret_cast<const char*>(data), size);
  const std::string file(take_line(content).value_or(""));
  const auto trace = read(file, content);
  if (!trace) {
    require(trace.error().kind == core::ErrorKind::kBadInput && trace.error().message.starts_with(file));
    return 0;
  }
  require(std::ranges::is_sorted(trace->events, {}, &backtest::TraceEvent::at));
  std::string written = "unix_time,kind\n";
  for (const backtest::TraceEvent& event : trace->events) {
    require(backtest::plausible(event.at));
    written += std::to_string(core::unix_seconds(event.at)) + "," + event.kind + "\n";
  }
  const auto again = read(file, written);
  require(again && again->name == trace->name && again->events.size() == trace->events.size());
  for (std::size_t i = 0; i < trace->events.size(); ++i) {
    require(again->events[i].at == trace->events[i].at && again->events[i].kind == trace->events[i].kind);
  }
  return 0;
}
