#include <algorithm>
#include <chrono>
#include <string>

#include "api/json_writer.h"
#include "api/resources.h"

namespace repopulse::api {
namespace {

void write_feed(JsonWriter& json, const core::FeedState& feed, std::string_view repository, std::string_view served_by,
                const monitor::PollerView& poller) {
  json.begin_object().member("feed", feed.feed).text_or_null("repository", repository);
  json.text_or_null("served_by", served_by);
  json.member("status", core::to_string(feed.status)).text_or_null("status_detail", feed.status_detail);
  json.member("next_poll_at", monitor::next_poll_of(feed, poller.budget)).member("last_polled_at", feed.last_polled_at);
  json.member("failures_in_a_row", feed.failures_in_a_row);
  json.member("requests", feed.counters.requests).member("not_modified", feed.counters.not_modified);
  json.member("failures", feed.counters.failures).member("quota_spent", feed.counters.quota_spent).end_object();
}

void write_feeds(JsonWriter& json, const monitor::Snapshot& snapshot) {
  json.key("feeds").begin_array();
  for (const auto& view : snapshot.repositories) {
    if (!view->repository.active) continue;
    write_feed(json, view->feed, view->repository.name.full_name(), snapshot.served_by(*view), snapshot.poller);
  }
  for (const core::FeedState& feed : *snapshot.shared_feeds) write_feed(json, feed, {}, {}, snapshot.poller);
  json.end_array();
}

void write_staleness(JsonWriter& json, const monitor::PollerView& poller) {
  json.key("staleness").begin_object();
  if (poller.staleness_count == 0) {
    json.key("mean_seconds").null().key("p95_seconds").null();
  } else {
    json.member("mean_seconds", poller.staleness_mean_seconds).member("p95_seconds", poller.staleness_p95_seconds);
  }
  json.member("events", poller.staleness_count).end_object();
}

void write_rate_limit(JsonWriter& json, const polling::Budget::View& budget) {
  json.key("rate_limit").begin_object().member("limit", budget.limit).member("remaining", budget.remaining);
  json.member("reserve", budget.reserve).member("reset_at", budget.reset_at);
  json.member("blocked_until", budget.blocked_until).end_object();
}

void write_probe(JsonWriter& json, const monitor::PollerView& poller) {
  const polling::ProbesView& probes = poller.probes;
  // A limit may delay what is planned.
  const auto next = probes.next_at ? std::max(probes.next_at, poller.probe_budget.blocked_until) : std::nullopt;
  json.key("probe").begin_object().member("enabled", probes.enabled);
  json.member("repositories", probes.asked_about).member("informed", probes.informed);
  json.member("requests", probes.requests).member("failures", probes.failures);
  json.member("points_spent", probes.points);
  json.member("asked_at", probes.asked_at).member("next_at", next).text_or_null("trouble", probes.trouble);
  write_rate_limit(json, poller.probe_budget);
  json.end_object();
}

void write_received(JsonWriter& json, const polling::ReceivedView& received) {
  json.key("received").begin_object().text_or_null("feed", received.feed);
  json.member("repositories", received.repositories).end_object();
}

void write_app(JsonWriter& json, const std::optional<monitor::AppToken::View>& app) {
  json.key("github_app");
  if (!app) {
    json.null();
    return;
  }
  json.begin_object().member("token_made_at", app->made_at).member("token_ends_at", app->ends_at);
  json.member("next_try_at", app->trouble.empty() ? std::nullopt : std::optional(app->next_try));
  json.text_or_null("trouble", app->trouble).end_object();
}

void write_hints(JsonWriter& json, const polling::HintsView& hints) {
  json.key("hints").begin_object().member("repositories", hints.repositories);
  json.member("informed", hints.informed).member("failing", hints.failing);
  json.member("heard_at", hints.heard_at).end_object();
}

http::Response show(const Context& context) {
  const auto snapshot = context.monitor.snapshot();
  const monitor::PollerView& poller = snapshot->poller;
  std::string body;
  JsonWriter json(body);
  json.begin_object().member("state", monitor::to_string(poller.condition)).text_or_null("detail", poller.detail);
  json.member("policy", poller.policy);
  json.member("freshness_seconds", std::chrono::duration<double>(poller.freshness).count());
  write_rate_limit(json, poller.budget);
  json.member("requests", poller.counters.requests).member("not_modified", poller.counters.not_modified);
  json.member("failures", poller.counters.failures).member("quota_spent", poller.counters.quota_spent);
  write_app(json, poller.app);
  write_probe(json, poller);
  write_received(json, poller.received);
  write_hints(json, poller.hints);
  write_staleness(json, poller);
  const auto& skew = poller.clock_skew;
  json.member("clock_skew_seconds", skew ? std::optional(*skew / core::Seconds(1)) : std::nullopt);
  json.member("started_at", poller.started_at);
  write_feeds(json, *snapshot);
  json.end_object();
  return {.payload = http::make_payload(std::move(body))};
}

}  // namespace

void add_poller_status(Context& context, http::Router& router) {
  router.add(context.access.guard(store::KeyRole::kRead, {http::Method::kGet, "/api/poller",
                                                          [&context](const http::Request&) { return show(context); }}));
}

}  // namespace repopulse::api
