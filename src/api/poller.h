// /api/poller: what the poller does, what it may still ask of GitHub, and how late events are.
#pragma once

#include "api/context.h"
#include "http/router.h"

namespace repopulse::api {

class Poller {
 public:
  explicit Poller(Context& context) : context_(context) {}
  void add_routes(http::Router& router);

 private:
  http::Response show() const;

  Context& context_;
};

}  // namespace repopulse::api
