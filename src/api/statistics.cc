#include "api/statistics.h"

#include <utility>
#include <vector>

#include "api/errors.h"
#include "api/json_writer.h"
#include "api/query.h"
#include "api/request_path.h"
#include "api/statistics_json.h"

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

}  // namespace

void Statistics::add_routes(http::Router& router) {
  const auto reads = [&](std::string pattern, http::Handler handler) {
    router.add(
        context_.access.guard(store::KeyRole::kRead, {http::Method::kGet, std::move(pattern), std::move(handler)}));
  };
  reads("/api/repos/{owner}/{repo}/events/stats/",
        [this](const http::Request& request) { return of_repository(request); });
  reads("/api/stats/", [this](const http::Request& request) { return of_active(request); });
}

http::Response Statistics::of_repository(const http::Request& request) {
  const auto snapshot = context_.monitor.snapshot();
  const core::Timestamp now = context_.github_now(*snapshot);
  std::string key = repository_in_path(request);
  const auto view = snapshot->find(key);
  if (!view) return not_found();
  key.append("?").append(request.query);
  const PayloadCache::Stamp stamp{core::to_int(view->repository.id), view->version, second_of(now)};
  if (auto known = answers_.find(key, stamp)) return {.payload = std::move(known)};

  std::string body;
  JsonWriter json(body);
  const std::size_t as_of = write_statistics(json, *view, Query(request, "Statistics").list("type"), now);
  auto payload = finish(std::move(body), {as_of});
  answers_.put(std::move(key), stamp, payload);
  return {.payload = std::move(payload)};
}

http::Response Statistics::of_active(const http::Request& request) {
  const auto snapshot = context_.monitor.snapshot();
  const core::Timestamp now = context_.github_now(*snapshot);
  const PayloadCache::Stamp stamp{0, snapshot->version, second_of(now)};
  std::string key = "?" + std::string(request.query);
  if (auto known = answers_.find(key, stamp)) return {.payload = std::move(known)};

  const std::vector<std::string> types = Query(request, "Statistics").list("type");
  std::string body;
  JsonWriter json(body);
  std::vector<std::size_t> as_of;
  json.begin_array();
  for (const auto& view : snapshot->repositories) {
    // A second name of a repository that is polled under another one would count it twice.
    if (view->repository.active && view->same_as.empty()) as_of.push_back(write_statistics(json, *view, types, now));
  }
  json.end_array();
  auto payload = finish(std::move(body), as_of);
  answers_.put(std::move(key), stamp, payload);
  return {.payload = std::move(payload)};
}

}  // namespace repopulse::api
