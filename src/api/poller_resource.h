// GET /api/poller: the state of the poller, its rate limit, the staleness of events and the schedule of each feed.
// Reads the monitor's snapshot and changes nothing.
#pragma once

#include "api/context.h"
#include "http/router.h"

namespace repopulse::api {

class PollerResource {
 public:
  explicit PollerResource(Context& context) : context_(context) {}
  void add_routes(http::Router& router);

 private:
  http::Response show() const;

  Context& context_;
};

}  // namespace repopulse::api
