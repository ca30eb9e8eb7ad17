#include "api/events.h"

#include <string>
#include <utility>

#include "api/errors.h"
#include "api/pagination.h"
#include "api/query.h"
#include "api/request_path.h"
#include "http/negotiation.h"

namespace repopulse::api {
namespace {

// One buffer: sending many small ones costs more than this copy.
std::string join(const std::vector<std::string>& events) {
  std::size_t bytes = 2;
  for (const std::string& event : events) bytes += event.size() + 1;
  std::string body;
  body.reserve(bytes);
  body.push_back('[');
  for (const std::string& event : events) {
    if (body.size() > 1) body.push_back(',');
    body.append(event);
  }
  body.push_back(']');
  return body;
}

std::shared_ptr<const http::Payload> render(const http::Request& request, const Page& page,
                                            const store::EventPage& events) {
  http::PayloadOptions options;
  // Compressing a page takes longer than everything else, so only for clients that ask for it.
  options.compress = http::accepts_gzip(request.header("Accept-Encoding"));
  if (!options.compress) options.headers.emplace_back("Vary", "Accept-Encoding");
  std::string links = link_header(request, page, events.total);
  if (!links.empty()) options.headers.emplace_back("Link", std::move(links));
  std::string body = join(events.json);
  // The body holds no address, but `Link` does: an answer for one prefix must not confirm that of another.
  if (const auto prefix = request.prefix(); !prefix.empty()) {
    options.etag = http::make_etag(http::make_etag(body).append(prefix));
  }
  return http::make_payload(std::move(body), options);
}

}  // namespace

void Events::add_routes(http::Router& router) {
  http::Route route{http::Method::kGet, "/api/repos/{owner}/{repo}/events/",
                    [this](const http::Request& request) { return from_store(request); }, true};
  route.quick = [this](const http::Request& request) { return from_cache(request); };
  router.add(context_.access.guard(store::KeyRole::kRead, std::move(route)));
}

// The key contains everything in the request that the answer depends on.
Events::Lookup Events::look_up(const http::Request& request) const {
  Lookup result;
  const auto snapshot = context_.monitor.snapshot();
  result.view = snapshot->find(repository_in_path(request));
  if (!result.view) return result;
  result.bots = snapshot->bots;
  result.stamp = {core::to_int(result.view->repository.id), result.view->events_version, 0};
  result.key = base_url(request);
  result.key.append(request.path).append("?").append(request.query);
  result.key.append(http::accepts_gzip(request.header("Accept-Encoding")) ? " gzip" : " plain");
  return result;
}

std::optional<http::Response> Events::from_cache(const http::Request& request) {
  const Lookup lookup = look_up(request);
  if (!lookup.view) return not_found();
  auto payload = pages_.find(lookup.key, lookup.stamp);
  if (!payload) return std::nullopt;
  return http::Response{.payload = std::move(payload)};
}

http::Response Events::from_store(const http::Request& request) {
  Lookup lookup = look_up(request);
  if (!lookup.view) return not_found();
  Query query(request, "Event");
  const Page page = query.page();
  store::EventFilter filter;
  filter.types = query.list("type");
  filter.since = query.time("since", core::Fraction::kRoundUp);  // events have whole seconds
  filter.until = query.time("until", core::Fraction::kCut);
  filter.actor = query.text("actor");
  filter.actors = query.actors();
  if (filter.actors != core::Actors::kAll) filter.bots = *lookup.bots;
  if (!query.errors().empty()) return validation_failed(query.errors());

  const auto events = context_.events.events(lookup.view->repository.id, filter, page.offset(), page.size);
  if (!events) return error_response(events.error());
  auto payload = render(request, page, *events);
  // If events were stored since the look-up, the version has changed and this page will not be found again.
  pages_.put(std::move(lookup.key), lookup.stamp, payload);
  return {.payload = std::move(payload)};
}

}  // namespace repopulse::api
