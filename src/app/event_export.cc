#include "app/event_export.h"

#include <algorithm>
#include <utility>

namespace repopulse::app {

std::string one_line(std::string_view json) {
  std::string line(json);
  std::erase_if(line, [](char c) { return c == '\n' || c == '\r'; });
  return line;
}

std::string csv_field(std::string_view text) {
  constexpr std::string_view kFormula = "=+-@\t\r";
  std::string field(text);
  if (!field.empty() && kFormula.find(field.front()) != std::string_view::npos) field.insert(0, "'");
  if (field.find_first_of("\",\r\n") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

std::string GapTable::head_line() {
  return "repository,type,from,to,gap_seconds,event_id,complete\r\n";
}

std::string GapTable::line(const core::Event& event) {
  const core::EventTime at = event.key.created_at;
  const auto [previous, first] = previous_.try_emplace(event.type, at);
  if (first) return {};
  const core::EventTime from = std::exchange(previous->second, at);
  const bool lost = std::ranges::any_of(lost_, [&](const core::Gap& gap) { return gap.from < at && gap.to > from; });
  return csv_field(repository_) + ',' + csv_field(event.type) + ',' + core::format_rfc3339(from) + ',' +
         core::format_rfc3339(at) + ',' + std::to_string((at - from).count()) + ',' + std::to_string(event.key.id) +
         ',' + (lost ? "false" : "true") + "\r\n";
}

}  // namespace repopulse::app
