// GET /healthz and /readyz, for supervisors and load balancers. They need no key, so they never say where the store is
// or what it answered.
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
