// /healthz and /readyz: for supervisors and load balancers; no key.
#pragma once

#include "api/context.h"
#include "http/router.h"

namespace repopulse::api {

class Health {
 public:
  explicit Health(Context& context) : context_(context) {}
  void add_routes(http::Router& router);

 private:
  http::Response alive() const;
  http::Response ready() const;

  Context& context_;
};

}  // namespace repopulse::api
