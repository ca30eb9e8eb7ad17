#include <algorithm>
#include <chrono>
#include <string>

#include "api/json_writer.h"
#include "api/resources.h"
#include "core/feed_name.h"

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

void write_staleness(JsonWriter& json, std::uint64_t events, double mean_seconds, double p95_seconds) {
  json.begin_object();
  if (events == 0) {
    json.key("mean_seconds").null().key("p95_seconds").null();
  } else {
    json.member("mean_seconds", mean_seconds).member("p95_seconds", p95_seconds);
  }
  json.member("events", events).end_object();
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
  json.member("belief", polling::to_string(probes.belief));
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

void write_spent(JsonWriter& json, const monitor::Spent& spent) {
  json.member("requests", spent.requests).member("not_modified", spent.not_modified);
  json.member("failures", spent.failures).member("quota_spent", spent.quota_spent);
  json.member("points_spent", spent.points_spent).member("events", spent.events);
}

void write_share(JsonWriter& json, const monitor::SpentShare& share) {
  json.member("own", share.own).member("shared", share.shared).member("probes", share.probes);
  json.member("quota_spent", share.quota_spent).member("points_spent", share.points_spent);
  json.member("events", share.events).end_object();
}

void write_alternatives(JsonWriter& json, const monitor::SpendingView& spending) {
  json.key("alternatives").begin_array();
  for (const monitor::Alternative& other : spending.alternatives) {
    json.begin_object().member("policy", other.policy).key("interval_seconds");
    if (other.interval) {
      json.value(std::chrono::duration<double>(*other.interval).count());
    } else {
      json.null();
    }
    json.member("requests", other.requests).member("quota_spent", other.quota_spent);
    json.member("staleness_mean_seconds", other.staleness_mean).end_object();
  }
  json.end_array();
}

void write_spending(JsonWriter& json, const monitor::Snapshot& snapshot) {
  const monitor::SpendingView& spending = *snapshot.spending;
  json.key("spent").begin_object().member("since", spending.since).member("until", spending.until);
  write_spent(json, spending.all);
  json.key("staleness");
  write_staleness(json, spending.events, spending.staleness_mean, spending.staleness_p95);
  json.key("sources").begin_array();
  for (const auto& [name, spent] : spending.sources) {
    json.begin_object().member("source", name);
    write_spent(json, spent);
    json.member("told", spent.told).end_object();
  }
  json.end_array().key("repositories").begin_array();
  for (const auto& [feed, share] : spending.repositories) {
    const std::string_view name = core::subject_of(feed);
    const auto view = snapshot.find(name);
    json.begin_object().member("repository", view ? std::string_view(view->repository.name.full_name()) : name);
    write_share(json, share);
  }
  json.end_array().key("others").begin_object();
  write_share(json, spending.others);
  write_alternatives(json, spending);
  json.end_object();
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
  json.key("staleness");
  write_staleness(json, poller.staleness_count, poller.staleness_mean_seconds, poller.staleness_p95_seconds);
  write_spending(json, *snapshot);
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
