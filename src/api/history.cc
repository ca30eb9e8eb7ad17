#include "api/history.h"

#include <string>
#include <utility>
#include <vector>

#include "api/errors.h"
#include "api/json_writer.h"
#include "api/query.h"
#include "api/request_path.h"
#include "api/statistics_json.h"
#include "api/time_zones.h"
#include "core/calendar.h"
#include "core/stretch_statistics.h"
#include "monitor/counted_events.h"

namespace repopulse::api {
namespace {

constexpr std::size_t kMostBuckets = 2'000;

// What is shown where the client names no beginning: a week of hours, a month of days, a year of weeks.
int usual_buckets(core::CalendarUnit unit) {
  switch (unit) {
    case core::CalendarUnit::kHour:
      return 7 * 24;
    case core::CalendarUnit::kDay:
      return 30;
    case core::CalendarUnit::kWeek:
      break;
  }
  return 52;
}

struct Wanted {
  core::Calendar calendar{core::CalendarUnit::kDay, absl::UTCTimeZone()};
  std::string time_zone;
  std::vector<std::string> types;
  core::Actors actors = core::Actors::kAll;
  core::BotPatterns bots;
  std::optional<core::EventTime> until;  // as the client named it
  std::vector<core::EventTime> edges;    // of the buckets
};

core::Calendar calendar_of(Query& query, const std::string& time_zone) {
  const std::string_view by = query.text("by");
  const auto unit = by.empty() ? core::CalendarUnit::kDay : core::parse_calendar_unit(by);
  if (!unit) query.refuse("by", "by must be hour, day or week, not '" + std::string(by) + "'");
  const auto zone = find_time_zone(time_zone);
  if (!zone) {
    query.refuse("time_zone", "the time zone database of this server has no '" + time_zone +
                                  "'; expected a name such as Europe/Berlin");
  }
  return {unit.value_or(core::CalendarUnit::kDay), zone.value_or(absl::UTCTimeZone())};
}

// What is wrong is told by query.errors().
Wanted read_wanted(Query& query, core::Timestamp now) {
  Wanted wanted;
  const std::string_view zone = query.text("time_zone");
  wanted.time_zone = zone.empty() ? "UTC" : std::string(zone);
  wanted.types = query.list("type");
  wanted.actors = query.actors();
  wanted.calendar = calendar_of(query, wanted.time_zone);
  const auto since = query.time("since", core::Fraction::kRoundUp);
  wanted.until = query.time("until", core::Fraction::kRoundUp);
  if (!query.errors().empty()) return wanted;
  const core::Calendar& calendar = wanted.calendar;
  const core::EventTime end = wanted.until.value_or(calendar.next(core::to_event_time(now)));
  const core::EventTime begin =
      since.value_or(calendar.begin_before(end - core::Seconds(1), usual_buckets(calendar.unit()) - 1));
  if (auto edges = calendar.edges(begin, end, kMostBuckets)) {
    wanted.edges = *std::move(edges);
  } else {
    query.refuse("since", "from since to until there are more than 2,000 buckets of one " +
                              std::string(core::to_string(calendar.unit())) +
                              "; ask for a shorter stretch or for longer buckets");
  }
  return wanted;
}

// The statistics of each bucket, oldest first. Errors are the store's.
core::Result<std::vector<core::WindowStatistics>> count(store::EventStore& events, const monitor::RepositoryView& view,
                                                        const Wanted& wanted, core::Timestamp now) {
  std::vector<core::WindowStatistics> buckets;
  if (wanted.edges.empty()) return buckets;
  store::EventFilter filter;
  filter.types = wanted.types;
  filter.actors = wanted.actors;
  filter.bots = wanted.bots;
  filter.since = wanted.edges.front();
  filter.until = wanted.edges.back() - core::Seconds(1);
  core::StretchStatistics open;
  const auto close_until = [&](core::EventTime at) {
    while (buckets.size() + 1 < wanted.edges.size() && wanted.edges[buckets.size() + 1] <= at) {
      buckets.push_back(open.statistics());
      open.clear();
    }
  };
  const auto visited =
      monitor::visit_counted(events, view, filter, now, [&](core::EventTime created_at, std::string_view type) {
        close_until(created_at);
        open.add(created_at, type);
      });
  if (!visited) return tl::unexpected(visited.error());
  close_until(wanted.edges.back());
  return buckets;
}

// A bucket that is cut by the stretch, or not over yet, is not complete either.
bool is_complete(const Wanted& wanted, const KnownHistory& known, std::size_t bucket, core::Timestamp now) {
  const core::EventTime from = wanted.edges[bucket];
  const core::EventTime to = wanted.edges[bucket + 1];
  const bool cut = (bucket == 0 && !wanted.calendar.is_begin(from)) ||
                   (bucket + 2 == wanted.edges.size() && !wanted.calendar.is_begin(to));
  return !cut && core::to_timestamp(to) <= now && known.covers(from, to);
}

void write_types(JsonWriter& json, const std::vector<core::GapStatistics>& types) {
  json.key("types").begin_array();
  for (const core::GapStatistics& type : types) {
    json.begin_object().member("type", type.type).member("events", type.events);
    json.member("average_seconds", type.average_seconds).member("median_seconds", type.median_seconds).end_object();
  }
  json.end_array();
}

std::string render(const monitor::RepositoryView& view, const Wanted& wanted, const KnownHistory& known,
                   const std::vector<core::WindowStatistics>& buckets, core::Timestamp now) {
  std::string body;
  JsonWriter json(body);
  json.begin_object().member("repository", view.repository.name.full_name());
  json.member("by", core::to_string(wanted.calendar.unit())).member("time_zone", wanted.time_zone);
  write_actors(json, wanted.actors, wanted.bots);
  json.key("buckets").begin_array();
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    json.begin_object().member("from", wanted.edges[i]).member("to", wanted.edges[i + 1]);
    json.member("events", buckets[i].events).member("complete", is_complete(wanted, known, i, now));
    write_types(json, buckets[i].types);
    json.end_object();
  }
  json.end_array().end_object();
  return body;
}

}  // namespace

void History::add_routes(http::Router& router) {
  http::Route route{http::Method::kGet, "/api/repos/{owner}/{repo}/events/stats/history/",
                    [this](const http::Request& request) { return from_store(request); }, true};
  route.quick = [this](const http::Request& request) { return from_cache(request); };
  router.add(context_.access.guard(store::KeyRole::kRead, std::move(route)));
}

std::optional<http::Response> History::from_cache(const http::Request& request) {
  const auto snapshot = context_.monitor.snapshot();
  const auto view = snapshot->find(repository_in_path(request));
  if (!view) return not_found();
  auto known = answers_.find(request, *view, context_.github_now(*snapshot));
  if (!known) return std::nullopt;
  return http::Response{.payload = std::move(known)};
}

http::Response History::from_store(const http::Request& request) {
  const auto snapshot = context_.monitor.snapshot();
  const core::Timestamp now = context_.github_now(*snapshot);
  const auto view = snapshot->find(repository_in_path(request));
  if (!view) return not_found();
  Query query(request, "History");
  Wanted wanted = read_wanted(query, now);
  if (wanted.actors != core::Actors::kAll) wanted.bots = *snapshot->bots;
  if (!query.errors().empty()) return validation_failed(query.errors());

  const auto first = monitor::first_counted(context_.events, *view);
  if (!first) return error_response(first.error());
  const auto buckets = count(context_.events, *view, wanted, now);
  if (!buckets) return error_response(buckets.error());
  auto payload = http::make_payload(render(*view, wanted, KnownHistory(*view, *first), *buckets, now));
  answers_.put(request, *view, wanted.until, now, payload);
  return {.payload = std::move(payload)};
}

}  // namespace repopulse::api
