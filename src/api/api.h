// The REST resources of a monitor: routes for an HTTP server, and the server's words for errors.
#pragma once

#include <memory>

#include "api/key_ring.h"
#include "api/settings.h"
#include "http/router.h"
#include "http/server.h"
#include "monitor/monitor.h"
#include "store/measured_store.h"
#include "store/store.h"

namespace repopulse::api {

class Api {
 public:
  // All that is handed in must outlive the API, and the API the server that runs its routes. It listens to the keys.
  Api(monitor::Monitor& monitor, store::Store& store, KeyRing& keys, const ApiSettings& settings, const Clock& clock);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  void add_routes(http::Router& router);
  // Errors in GitHub's shape, and counters of requests. on_failure is left to the caller.
  http::ServerHooks hooks();
  // Among the metrics, from now on; to be called before the server runs. The store must outlive the API.
  void show_latencies(const store::MeasuredStore& store);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace repopulse::api
