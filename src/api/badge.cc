#include "api/badge.h"

#include <string>
#include <utility>

#include "api/badge_image.h"
#include "api/badge_text.h"
#include "api/errors.h"
#include "api/json_writer.h"
#include "api/query.h"
#include "api/request_path.h"

namespace repopulse::api {
namespace {

constexpr std::string_view kCacheSeconds = "300";
constexpr std::string_view kLabel = "pulse";
// White text on them has a contrast of at least 4.5.
constexpr std::string_view kKnownColour = "#0969da";
constexpr std::string_view kUnknownColour = "#6e7781";

// If somebody opens the image as a page, nothing in it runs and nothing is loaded.
constexpr std::string_view kBadgePolicy = "default-src 'none'; sandbox";

// Of a repository that is not polled, not yet or in vain, an empty window says nothing.
BadgeMessage message_of(const monitor::RepositoryView& view, const std::vector<std::string>& types,
                        core::Timestamp now) {
  BadgeMessage message = badge_message(view.window.statistics(now), view.window.rule(), types);
  if (message.known) return message;
  if (!view.repository.active) return {"not watched", false};
  switch (view.feed.status) {
    case core::RepoStatus::kOk:
    case core::RepoStatus::kMoved:
    case core::RepoStatus::kReplaced:
      return message;
    case core::RepoStatus::kPending:
      return {"not known yet", false};
    default:
      return {"not known", false};
  }
}

// https://shields.io/badges/endpoint-badge
std::string shields_json(const Badge& badge) {
  std::string body;
  JsonWriter(body)
      .begin_object()
      .member("schemaVersion", 1)
      .member("label", badge_text(badge.label))
      .member("message", badge_text(badge.message))
      .member("color", badge.colour.substr(1))  // without the `#`
      .key("cacheSeconds")
      .raw(kCacheSeconds)
      .end_object();
  return body;
}

}  // namespace

void Badges::add_routes(http::Router& router) {
  for (const auto& [pattern, form] :
       {std::pair("/badge/{owner}/{repo}.svg", Form::kSvg), std::pair("/badge/{owner}/{repo}.json", Form::kJson)}) {
    router.add(context_.access.guard_badge(
        {http::Method::kGet, pattern, [this, shown = form](const auto& request) { return show(request, shown); }}));
  }
}

http::Response Badges::show(const http::Request& request, Form form) {
  const auto snapshot = context_.monitor.snapshot();
  std::string key = repository_in_path(request);
  const auto view = snapshot->find(key);
  if (!view) return not_found();
  constexpr std::int64_t kSameFor = 60;  // seconds
  const core::Timestamp now = context_.github_now(*snapshot);
  key.append(form == Form::kSvg ? ".svg?" : ".json?").append(request.query);
  const PayloadCache::Stamp stamp{core::to_int(view->repository.id), view->version,
                                  core::unix_seconds(core::to_event_time(now)) / kSameFor};
  if (auto known = answers_.find(key, stamp)) return {.payload = std::move(known)};

  const Query query(request, "Badge");
  const BadgeMessage message = message_of(*view, query.list("type"), now);
  const Badge badge{std::string(query.has("label") ? query.text("label") : kLabel), message.text,
                    message.known ? kKnownColour : kUnknownColour};
  http::PayloadOptions options;
  // A key travels in a header that shared caches may not know.
  const bool is_public = context_.access.public_view() != PublicView::kOff;
  const std::string cache_control = (is_public ? "max-age=" : "private, max-age=") + std::string(kCacheSeconds);
  options.cache_control = cache_control;
  if (form == Form::kSvg) {
    options.content_type = "image/svg+xml; charset=utf-8";
    options.headers.emplace_back("Content-Security-Policy", kBadgePolicy);
  }
  auto payload = http::make_payload(form == Form::kSvg ? draw_badge(badge) : shields_json(badge), options);
  answers_.put(std::move(key), stamp, payload);
  return {.payload = std::move(payload)};
}

}  // namespace repopulse::api
