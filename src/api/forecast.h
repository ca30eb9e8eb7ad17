// /api/repos/{owner}/{repo}/forecast: how many events the next hours should bring.
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
