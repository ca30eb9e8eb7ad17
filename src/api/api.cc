#include "api/api.h"

#include "api/alerts.h"
#include "api/badge.h"
#include "api/context.h"
#include "api/dashboard_page.h"
#include "api/documentation.h"
#include "api/errors.h"
#include "api/events.h"
#include "api/history.h"
#include "api/live_stream.h"
#include "api/metrics.h"
#include "api/owners.h"
#include "api/repositories.h"
#include "api/resources.h"
#include "api/statistics.h"
#include "api/webhooks.h"

namespace repopulse::api {
namespace {

// Any origin may send requests. That is safe because keys travel in header fields and there are no cookies: a page can
// do only what the key allows that its user typed in. A user of a proxy does not count there: see proxy_user.cc.
constexpr std::string_view kHeaderLines =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Access-Control-Allow-Origin: *\r\n"
    "Access-Control-Expose-Headers: ETag, Link, Location, Retry-After, X-Request-Id\r\n";

constexpr std::string_view kOptionsHeaderLines =
    "Access-Control-Allow-Methods: GET, HEAD, POST, DELETE\r\n"
    "Access-Control-Allow-Headers: Authorization, X-API-Key, Content-Type, If-None-Match, Last-Event-ID, "
    "X-Request-Id\r\n"
    "Access-Control-Max-Age: 86400\r\n";

}  // namespace

struct Api::State {
  State(monitor::Monitor& monitor, store::Store& store, KeyRing& keys, const ApiSettings& settings, const Clock& clock)
      : context{monitor, store,    store, [&store] { return store.ping().has_value(); },
                keys,    settings, clock, AccessControl(keys, clock, settings)} {}

  Context context;
  Repositories repositories{context};
  Owners owners{context};
  Events events{context};
  Statistics statistics{context};
  History history{context};
  Badges badges{context};
  LiveStream stream{context};
  Webhooks webhooks{context};
  Alerts alerts{context};
  Metrics metrics{context, stream, webhooks, alerts};
  Documentation documentation{context};
};

Api::Api(monitor::Monitor& monitor, store::Store& store, KeyRing& keys, const ApiSettings& settings, const Clock& clock)
    : state_(std::make_unique<State>(monitor, store, keys, settings, clock)) {}

Api::~Api() = default;

void Api::add_routes(http::Router& router) {
  state_->repositories.add_routes(router);
  state_->owners.add_routes(router);
  state_->events.add_routes(router);
  state_->statistics.add_routes(router);
  state_->history.add_routes(router);
  state_->badges.add_routes(router);
  state_->stream.add_routes(router);
  state_->webhooks.add_routes(router);
  state_->alerts.add_routes(router);
  state_->metrics.add_routes(router);
  state_->documentation.add_routes(router);
  for (const auto add : kStatelessResources) add(state_->context, router);
  add_dashboard(router);
}

void Api::show_deliveries(const notify::DeliveryCounts& deliveries) {
  state_->alerts.show_deliveries(deliveries);
}

void Api::send_test_alerts(AlertTest test) {
  state_->alerts.set_test(std::move(test));
}

void Api::show_latencies(const store::CallTimes& times) {
  state_->metrics.show_store(times);
}

http::ServerHooks Api::hooks() {
  http::ServerHooks hooks;
  hooks.error_payload = [](int status, std::string_view message) { return error_payload(status, message); };
  hooks.adapt_error = &keep_prefix;
  hooks.header_lines = kHeaderLines;
  hooks.options_header_lines = kOptionsHeaderLines;
  state_->metrics.add_hooks(hooks);
  return hooks;
}

}  // namespace repopulse::api
