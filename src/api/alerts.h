// GET /api/alerts/: the alerts that hold and that held. POST /api/alerts/test: sends a test message to every target,
// and says what each of them answered. It judges nothing, and knows no address.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "api/context.h"
#include "api/metric_families.h"
#include "http/router.h"
#include "notify/delivery_counts.h"

namespace repopulse::api {

// What a target said to a test message.
struct TestedTarget {
  std::string name;  // `webhook 1`; no address
  std::string kind;
  bool sent = false;
  std::string detail;
};
// Sends the test messages; waits until every target has answered, or did not for some seconds.
using AlertTest = std::function<std::vector<TestedTarget>()>;

// Any thread may call anything at any time, but set_test() and show_deliveries() only before the server runs. Must
// outlive the server that runs its routes.
class Alerts {
 public:
  explicit Alerts(Context& context) : context_(context) {}

  void set_test(AlertTest test) { test_ = std::move(test); }
  // `deliveries` must outlive this.
  void show_deliveries(const notify::DeliveryCounts& deliveries) { deliveries_ = &deliveries; }

  void add_routes(http::Router& router);
  void collect(MetricFamilies& families) const;

 private:
  http::Response list(const http::Request& request) const;
  http::Response send_test();

  Context& context_;
  AlertTest test_;
  const notify::DeliveryCounts* deliveries_ = nullptr;
  std::mutex testing_;  // held while a test is under way
};

}  // namespace repopulse::api
