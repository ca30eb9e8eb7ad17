// The whole REST API: its resources as routes for an HTTP server, the form of its errors, its metrics. Owns the
// resources; never talks to GitHub itself.
#pragma once

#include <memory>

#include "api/alerts.h"
#include "api/key_ring.h"
#include "api/settings.h"
#include "http/router.h"
#include "http/server.h"
#include "monitor/monitor.h"
#include "notify/delivery_counts.h"
#include "store/call_times.h"
#include "store/store.h"

namespace repopulse::api {

class Api {
 public:
  // The arguments must outlive this, and this must outlive the server that runs its routes. Installs itself as the
  // listener of `keys`.
  Api(monitor::Monitor& monitor, store::Store& store, KeyRing& keys, const ApiSettings& settings, const Clock& clock);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  void add_routes(http::Router& router);
  // Hooks for the HTTP server: errors in GitHub's shape, headers, counters of requests. on_failure is left empty.
  http::ServerHooks hooks();
  // Adds the durations of store operations to the metrics. Call it before the server runs; `times` must outlive this.
  void show_latencies(const store::CallTimes& times);
  // The same for the numbers of messages about alerts.
  void show_deliveries(const notify::DeliveryCounts& deliveries);
  // How test messages are sent; none are before that. Call it before the server runs.
  void send_test_alerts(AlertTest test);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace repopulse::api
