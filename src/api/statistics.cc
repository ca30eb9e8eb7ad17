#include "api/statistics.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "api/errors.h"
#include "api/json_writer.h"
#include "api/pagination.h"
#include "api/query.h"
#include "api/request_path.h"
#include "api/statistics_json.h"
#include "core/stretch_statistics.h"
#include "core/watched_time.h"
#include "monitor/counted_events.h"

namespace repopulse::api {
namespace {

// The ETag ignores `as_of` and changes only with the rest of the answer; therefore it is a weak one.
std::shared_ptr<const http::Payload> finish(std::string body, const std::vector<std::size_t>& as_of) {
  constexpr std::size_t kTimeLength = 20;
  std::string timeless = body;
  for (const std::size_t at : as_of) timeless.replace(at, kTimeLength, kTimeLength, '-');
  http::PayloadOptions options;
  options.etag = "W/" + http::make_etag(timeless);
  return http::make_payload(std::move(body), options);
}

std::int64_t second_of(core::Timestamp now) {
  return core::unix_seconds(core::to_event_time(now));
}

bool names_stretch(const http::Request& request) {
  if (request.query.empty()) return false;
  const Query query(request, "Statistics");
  return query.has("since") || query.has("until");
}

StatisticsChoice read_choice(Query& query) {
  return {query.list("type"), query.actors()};
}

// From `begin` on, the first event that is known or a later time.
core::Seconds watched_in(const StretchOfStatistics& stretch, core::EventTime begin, std::span<const core::Gap> gaps,
                         core::EventTime present) {
  if (stretch.until && *stretch.until <= present) return core::watched_time(begin, *stretch.until, gaps);
  const core::EventTime newest = std::max(begin, stretch.statistics.to.value_or(begin));
  return core::watched_time(begin, core::told_end(begin, newest, present), gaps);
}

core::Result<StretchOfStatistics> read_stretch(const Context& context, const monitor::RepositoryView& view,
                                               Query& query, core::Actors actors, const core::BotPatterns& bots,
                                               core::Timestamp now) {
  store::EventStore& events = context.events;
  StretchOfStatistics stretch;
  stretch.since = query.time("since", core::Fraction::kRoundUp);  // events have whole seconds
  stretch.until = query.time("until", core::Fraction::kCut);
  if (!query.errors().empty()) return stretch;
  const auto first = monitor::first_counted(events, view);
  if (!first) return tl::unexpected(first.error());
  store::EventFilter filter;
  filter.since = stretch.since;
  filter.until = stretch.until;
  filter.actors = actors;
  if (actors != core::Actors::kAll) filter.bots = bots;
  core::StretchStatistics counted;
  const auto visited =
      monitor::visit_counted(events, view, filter, now,
                             [&](core::EventTime created_at, std::string_view type) { counted.add(created_at, type); });
  if (!visited) return tl::unexpected(visited.error());
  stretch.statistics = counted.statistics();
  // Where no beginning is named, it is the first event that is known.
  const core::EventTime from = stretch.since.value_or(first->value_or(core::EventTime()));
  const core::EventTime present = core::to_event_time(now);
  stretch.complete = KnownHistory(view, *first).covers(from, stretch.until.value_or(present));
  stretch.watched = watched_in(stretch, std::max(from, first->value_or(from)), view.repository.gaps, present);
  return stretch;
}

}  // namespace

void Statistics::add_routes(http::Router& router) {
  router.add(context_.access.guard(
      store::KeyRole::kRead,
      {http::Method::kGet, "/api/stats/", [this](const http::Request& request) { return of_active(request); }}));
  http::Route route{http::Method::kGet, "/api/repos/{owner}/{repo}/events/stats/",
                    [this](const http::Request& request) { return of_stretch(request); }, true};
  route.quick = [this](const http::Request& request) { return without_store(request); };
  router.add(context_.access.guard(store::KeyRole::kRead, std::move(route)));
}

std::optional<http::Response> Statistics::without_store(const http::Request& request) {
  if (!names_stretch(request)) return of_window(request);
  const auto snapshot = context_.monitor.snapshot();
  const auto view = snapshot->find(repository_in_path(request));
  if (!view) return not_found();
  auto known = stretches_.find(request, *view, context_.github_now(*snapshot));
  if (!known) return std::nullopt;
  return http::Response{.payload = std::move(known)};
}

http::Response Statistics::of_stretch(const http::Request& request) {
  if (!names_stretch(request)) return of_window(request);
  const auto snapshot = context_.monitor.snapshot();
  const core::Timestamp now = context_.github_now(*snapshot);
  const auto view = snapshot->find(repository_in_path(request));
  if (!view) return not_found();
  Query query(request, "Statistics");
  const StatisticsChoice choice = read_choice(query);
  const auto read = read_stretch(context_, *view, query, choice.actors, *snapshot->bots, now);
  if (!query.errors().empty()) return validation_failed(query.errors());
  if (!read) return error_response(read.error());

  std::string body;
  JsonWriter json(body);
  const std::size_t as_of = write_stretch(json, view->repository.name, *read, choice, *snapshot->bots, now);
  auto payload = finish(std::move(body), {as_of});
  stretches_.put(request, *view, read->until, now, payload);
  return {.payload = std::move(payload)};
}

http::Response Statistics::of_window(const http::Request& request) {
  const auto snapshot = context_.monitor.snapshot();
  const core::Timestamp now = context_.github_now(*snapshot);
  std::string key = repository_in_path(request);
  const auto view = snapshot->find(key);
  if (!view) return not_found();
  key.append("?").append(request.query);
  const PayloadCache::Stamp stamp{core::to_int(view->repository.id), view->version, second_of(now)};
  if (auto known = answers_.find(key, stamp)) return {.payload = std::move(known)};

  Query query(request, "Statistics");
  const StatisticsChoice choice = read_choice(query);
  if (!query.errors().empty()) return validation_failed(query.errors());
  std::string body;
  JsonWriter json(body);
  const std::size_t as_of = write_statistics(json, *view, choice, *snapshot->bots, now);
  auto payload = finish(std::move(body), {as_of});
  answers_.put(std::move(key), stamp, payload);
  return {.payload = std::move(payload)};
}

http::Response Statistics::of_active(const http::Request& request) {
  const auto snapshot = context_.monitor.snapshot();
  const core::Timestamp now = context_.github_now(*snapshot);
  Query query(request, "Statistics");
  const StatisticsChoice choice = read_choice(query);
  const Page page = query.page(Page::kMaxSize);
  if (!query.errors().empty()) return validation_failed(query.errors());
  std::vector<const monitor::RepositoryView*> active;
  for (const auto& view : snapshot->repositories) {
    // A second name of a repository that is polled under another one would count it twice.
    if (view->repository.active && view->same_as.empty()) active.push_back(view.get());
  }

  const PayloadCache::Stamp stamp{0, snapshot->version, second_of(now)};
  std::string key = "?" + std::string(request.query);
  http::Response response{.payload = answers_.find(key, stamp)};
  if (!response.payload) {
    std::string body;
    JsonWriter json(body);
    std::vector<std::size_t> as_of;
    json.begin_array();
    for (std::uint64_t i = page.offset(); i < std::min<std::uint64_t>(active.size(), page.offset() + page.size); ++i) {
      as_of.push_back(write_statistics(json, *active[i], choice, *snapshot->bots, now));
    }
    json.end_array();
    response.payload = finish(std::move(body), as_of);
    answers_.put(std::move(key), stamp, response.payload);
  }
  std::string links = link_header(request, page, active.size());
  if (!links.empty()) response.headers.emplace_back("Link", std::move(links));
  return response;
}

}  // namespace repopulse::api
