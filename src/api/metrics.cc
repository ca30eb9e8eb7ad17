#include "api/metrics.h"

#include <string>
#include <utility>

#include "api/process_metrics.h"
#include "api/pulse_metrics.h"

namespace repopulse::api {

void Metrics::add_routes(http::Router& router) {
  router_ = &router;
  router.add(context_.access.guard(
      store::KeyRole::kRead, {http::Method::kGet, "/metrics", [this](const http::Request&) { return show(); }, true}));
}

void Metrics::add_hooks(http::ServerHooks& hooks) {
  hooks.on_access = [this](const http::Access& access) { http_.count(access); };
  hooks.on_connection = [this](int change) { http_.connection(change); };
}

http::Response Metrics::show() {
  MetricFamilies families;
  families.gauge("repopulse_build_info", "Always 1; the label is the version.")
      .add(1, {{"version", context_.settings.version}});
  polling_.collect(families);
  const auto snapshot = context_.monitor.snapshot();
  collect_pulse(families, *snapshot, context_.github_now(*snapshot));
  collect_store(families);
  http_.collect(families, *router_);
  families.gauge("repopulse_stream_subscribers", "Clients connected to the event stream.")
      .add(static_cast<double>(stream_.readers()));
  webhooks_.collect(families);
  alerts_.collect(families);
  collect_process(families);
  http::PayloadOptions options;
  options.content_type = MetricFamilies::kContentType;
  options.compress_when_asked = true;
  options.cache_control = "no-store";
  return {.payload = http::make_payload(families.text(), options)};
}

void Metrics::collect_store(MetricFamilies& families) const {
  families.gauge("repopulse_store_up", "1 if the store answers and its last write did not fail, else 0.")
      .add(context_.monitor.snapshot()->store_ok && context_.store_answers() ? 1 : 0);
  if (store_times_ == nullptr) return;
  MetricFamily durations =
      families.histogram("repopulse_store_operation_duration_seconds", "Duration of store operations.");
  MetricFamily failures = families.counter("repopulse_store_operation_failures_total", "Store operations that failed.");
  for (const store::CallTimes::Operation& operation : store_times_->operations()) {
    durations.add(operation.latency, {{"operation", std::string(operation.name)}});
    failures.add(static_cast<double>(operation.failures), {{"operation", std::string(operation.name)}});
  }
}

}  // namespace repopulse::api
