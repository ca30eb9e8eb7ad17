// GET /api/repos/{owner}/{repo}/events/stats/ and /api/stats/: the statistics of the rolling windows. Each answer is
// rendered once per second at most, since these are requested most often. Reads the monitor's snapshot, never the
// store.
#pragma once

#include <string>
#include <string_view>

#include "api/context.h"
#include "api/payload_cache.h"
#include "http/router.h"

namespace repopulse::api {

class Statistics {
 public:
  explicit Statistics(Context& context) : context_(context) {}
  void add_routes(http::Router& router);

 private:
  http::Response of_repository(const http::Request& request);
  http::Response of_active(const http::Request& request);

  static constexpr std::size_t kCacheBytes = 16 * 1024 * 1024;

  Context& context_;
  PayloadCache answers_{kCacheBytes};
};

}  // namespace repopulse::api
