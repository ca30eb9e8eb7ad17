#include "api/statistics_json.h"

#include <algorithm>

namespace repopulse::api {
namespace {

std::string counted(std::size_t count, std::string_view thing) {
  return std::to_string(count) + " " + std::string(thing) + (count == 1 ? "" : "s");
}

// Whether no gap overlaps the window. A window bounded by events begins with its oldest event, any other one `days`
// ago.
bool is_complete(const monitor::RepositoryView& view, const core::WindowStatistics& statistics, core::Timestamp now) {
  const core::EventTime begin = statistics.bounded_by_events && statistics.from
                                    ? *statistics.from
                                    : core::to_event_time(now - std::chrono::days(view.window.rule().days));
  return std::ranges::none_of(view.repository.gaps, [&](const core::Gap& gap) { return gap.to > begin; });
}

void write_window(JsonWriter& json, const monitor::RepositoryView& view, const core::WindowStatistics& statistics,
                  core::Timestamp now) {
  const core::WindowRule& rule = view.window.rule();
  json.begin_object().member("rule", rule_text(rule)).member("days", rule.days).member("max_events", rule.max_events);
  json.member("bounded_by", statistics.bounded_by_events ? "events" : "days");
  json.member("from", statistics.from).member("to", statistics.to).member("events", statistics.events);
  json.member("complete", is_complete(view, statistics, now)).end_object();
}

void write_type(JsonWriter& json, const core::GapStatistics& type) {
  json.begin_object().member("type", type.type).member("events", type.events);
  json.member("average_seconds", type.average_seconds).member("median_seconds", type.median_seconds);
  json.member("p90_seconds", type.p90_seconds).member("stddev_seconds", type.stddev_seconds);
  json.member("min_seconds", type.min_seconds).member("max_seconds", type.max_seconds);
  json.member("first_event_at", type.first_event_at).member("last_event_at", type.last_event_at);
  json.member("events_per_hour", type.events_per_hour).member("burstiness", type.burstiness);
  json.member("expected_next_at", type.expected_next_at).end_object();
}

// Everything behind the window. Returns the position of `as_of`.
std::size_t write_types(JsonWriter& json, const core::WindowStatistics& statistics, std::span<const std::string> types,
                        core::Timestamp now) {
  json.key("as_of");
  const std::size_t as_of = json.out().size() + 1;  // after the quote
  json.value(now).key("types").begin_array();
  for (const core::GapStatistics& type : statistics.types) {
    if (types.empty() || std::ranges::find(types, type.type) != types.end()) write_type(json, type);
  }
  json.end_array().end_object();
  return as_of;
}

// `all events since 2024-11-01T00:00:00Z until 2024-11-12T20:13:10Z`
std::string rule_text(const StretchOfStatistics& stretch) {
  std::string text = "all events";
  if (stretch.since) text.append(" since ").append(core::format_rfc3339(*stretch.since));
  if (stretch.until) text.append(" until ").append(core::format_rfc3339(*stretch.until));
  return text;
}

}  // namespace

std::string rule_text(const core::WindowRule& rule) {
  return counted(static_cast<std::size_t>(rule.days), "day") + " or " + counted(rule.max_events, "event") +
         ", whichever is less";
}

std::size_t write_statistics(JsonWriter& json, const monitor::RepositoryView& view, std::span<const std::string> types,
                             core::Timestamp now) {
  const core::WindowStatistics statistics = view.window.statistics(now);
  json.begin_object().member("repository", view.repository.name.full_name()).key("window");
  write_window(json, view, statistics, now);
  return write_types(json, statistics, types, now);
}

std::size_t write_stretch(JsonWriter& json, const core::RepoName& repository, const StretchOfStatistics& stretch,
                          std::span<const std::string> types, core::Timestamp now) {
  const core::WindowStatistics& statistics = stretch.statistics;
  json.begin_object().member("repository", repository.full_name()).key("window");
  json.begin_object().member("rule", rule_text(stretch)).key("days").null().key("max_events").null();
  json.member("bounded_by", "range").member("from", statistics.from).member("to", statistics.to);
  json.member("events", statistics.events).member("complete", stretch.complete).end_object();
  return write_types(json, statistics, types, now);
}

}  // namespace repopulse::api
