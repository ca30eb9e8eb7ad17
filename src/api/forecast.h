// GET /api/repos/{owner}/{repo}/forecast: how many events are expected in each of the next hours. Shows the forecast of
// the monitor's snapshot; computes none.
#pragma once

#include "api/context.h"
#include "http/router.h"

namespace repopulse::api {

class Forecast {
 public:
  explicit Forecast(Context& context) : context_(context) {}
  void add_routes(http::Router& router);

 private:
  http::Response show(const http::Request& request) const;

  Context& context_;
};

}  // namespace repopulse::api
