// GET /metrics: all metrics in Prometheus' text format. docs/metrics.md explains each of them. Only reads.
#pragma once

#include "api/alerts.h"
#include "api/context.h"
#include "api/http_metrics.h"
#include "api/live_stream.h"
#include "api/polling_metrics.h"
#include "api/webhooks.h"
#include "http/router.h"
#include "store/call_times.h"

namespace repopulse::api {

class Metrics {
 public:
  // `stream`, `webhooks` and `alerts` must outlive this.
  Metrics(Context& context, LiveStream& stream, const Webhooks& webhooks, const Alerts& alerts)
      : context_(context), stream_(stream), webhooks_(webhooks), alerts_(alerts), polling_(context) {}

  void add_routes(http::Router& router);  // the router must outlive this
  void add_hooks(http::ServerHooks& hooks);
  // Also shows how long the operations of a store took. `times` must outlive this.
  void show_store(const store::CallTimes& times) { store_times_ = &times; }

 private:
  http::Response show();
  void collect_store(MetricFamilies& families) const;

  Context& context_;
  LiveStream& stream_;
  const Webhooks& webhooks_;
  const Alerts& alerts_;
  PollingMetrics polling_;
  HttpMetrics http_;
  const http::Router* router_ = nullptr;
  const store::CallTimes* store_times_ = nullptr;
};

}  // namespace repopulse::api
