#include "api/statistics_json.h"

#include <algorithm>

#include "core/events_feed.h"
#include "core/watched_time.h"

namespace repopulse::api {
namespace {

std::string counted(std::size_t count, std::string_view thing) {
  return std::to_string(count) + " " + std::string(thing) + (count == 1 ? "" : "s");
}

// A window bounded by events begins with its oldest event, any other one `days` ago.
core::EventTime begin_of(const monitor::RepositoryView& view, const core::WindowStatistics& statistics,
                         core::Timestamp now) {
  return statistics.bounded_by_events && statistics.from
             ? *statistics.from
             : core::to_event_time(now - std::chrono::days(view.window.rule().days));
}

bool is_complete(const monitor::RepositoryView& view, core::EventTime begin) {
  return std::ranges::none_of(view.repository.gaps, [&](const core::Gap& gap) { return gap.to > begin; });
}

// Of the window, from `begin` on. Where a feed has shown less than GitHub shows at most, all of it was seen, back to
// the 30 days that GitHub keeps; of any other nothing is known before its first event.
core::Seconds watched_in_window(const monitor::RepositoryView& view, core::EventTime begin,
                                const core::WindowStatistics& statistics, core::Timestamp now) {
  constexpr std::uint64_t kShortFeed = core::kEventsPerPage / 2;  // pages show fewer than asked for at times
  const core::EventTime present = core::to_event_time(now);
  const bool all_seen = view.feed.last_full_at && view.repository.events_stored < kShortFeed;
  const core::EventTime known = all_seen ? begin : view.window.oldest().value_or(present);
  const core::EventTime from = std::max(begin, known);
  // A window of days that was watched from its beginning is as long as its days, whatever the time is.
  const bool whole = !statistics.bounded_by_events && known <= begin;
  const core::EventTime to =
      whole || !statistics.to ? present : core::told_end(from, std::max(from, *statistics.to), present);
  return core::watched_time(from, to, view.repository.gaps);
}

void write_window(JsonWriter& json, const monitor::RepositoryView& view, const core::WindowStatistics& statistics,
                  core::EventTime begin, core::Seconds watched) {
  const core::WindowRule& rule = view.window.rule();
  json.begin_object().member("rule", rule_text(rule)).member("days", rule.days).member("max_events", rule.max_events);
  json.member("bounded_by", statistics.bounded_by_events ? "events" : "days");
  json.member("from", statistics.from).member("to", statistics.to).member("events", statistics.events);
  json.member("complete", is_complete(view, begin)).member("watched_seconds", watched.count()).end_object();
}

std::optional<double> rate(std::size_t events, core::Seconds watched) {
  constexpr double kHour = 3600;
  if (watched <= core::Seconds(0)) return std::nullopt;
  return static_cast<double>(events) * kHour / static_cast<double>(watched.count());
}

void write_type(JsonWriter& json, const core::GapStatistics& type, core::Seconds watched) {
  json.begin_object().member("type", type.type).member("events", type.events);
  json.member("few_events", type.events < core::kFewEvents);
  json.member("average_seconds", type.average_seconds).member("median_seconds", type.median_seconds);
  json.member("p90_seconds", type.p90_seconds).member("stddev_seconds", type.stddev_seconds);
  json.member("min_seconds", type.min_seconds).member("max_seconds", type.max_seconds);
  json.member("first_event_at", type.first_event_at).member("last_event_at", type.last_event_at);
  json.member("events_per_hour", type.events_per_hour);
  json.member("events_per_watched_hour", rate(type.events, watched)).member("burstiness", type.burstiness);
  json.member("expected_next_at", type.expected_next_at).end_object();
}

// Everything behind the window. Returns the position of `as_of`.
std::size_t write_types(JsonWriter& json, const core::WindowStatistics& statistics, core::Seconds watched,
                        const std::vector<std::string>& types, core::Timestamp now) {
  json.key("as_of");
  const std::size_t as_of = json.out().size() + 1;  // after the quote
  json.value(now).key("types").begin_array();
  for (const core::GapStatistics& type : statistics.types) {
    if (types.empty() || std::ranges::find(types, type.type) != types.end()) write_type(json, type, watched);
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

void write_actors(JsonWriter& json, core::Actors actors, const core::BotPatterns& bots) {
  if (actors == core::Actors::kAll) return;
  json.member("actors", core::to_string(actors)).key("bots").begin_array();
  for (const std::string& pattern : bots.patterns()) json.value(pattern);
  json.end_array();
}

std::size_t write_statistics(JsonWriter& json, const monitor::RepositoryView& view, const StatisticsChoice& choice,
                             const core::BotPatterns& bots, core::Timestamp now) {
  const core::WindowStatistics statistics = view.window.statistics(now, choice.actors);
  json.begin_object().member("repository", view.repository.name.full_name());
  write_actors(json, choice.actors, bots);
  const core::EventTime begin = begin_of(view, statistics, now);
  const core::Seconds watched = watched_in_window(view, begin, statistics, now);
  json.key("window");
  write_window(json, view, statistics, begin, watched);
  return write_types(json, statistics, watched, choice.types, now);
}

std::size_t write_stretch(JsonWriter& json, const core::RepoName& repository, const StretchOfStatistics& stretch,
                          const StatisticsChoice& choice, const core::BotPatterns& bots, core::Timestamp now) {
  const core::WindowStatistics& statistics = stretch.statistics;
  json.begin_object().member("repository", repository.full_name());
  write_actors(json, choice.actors, bots);
  json.key("window");
  json.begin_object().member("rule", rule_text(stretch)).key("days").null().key("max_events").null();
  json.member("bounded_by", "range").member("from", statistics.from).member("to", statistics.to);
  json.member("events", statistics.events).member("complete", stretch.complete);
  json.member("watched_seconds", stretch.watched.count()).end_object();
  return write_types(json, statistics, stretch.watched, choice.types, now);
}

}  // namespace repopulse::api
