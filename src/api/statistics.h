// GET /api/repos/{owner}/{repo}/events/stats/ and /api/stats/: the statistics of the rolling windows, from the
// monitor's snapshot alone. Each answer is rendered once per second at most, since these are requested most often. With
// `since` or `until`, the statistics of that stretch, from the store.
#pragma once

#include <optional>

#include "api/context.h"
#include "api/payload_cache.h"
#include "api/stretch.h"
#include "http/router.h"

namespace repopulse::api {

class Statistics {
 public:
  explicit Statistics(Context& context) : context_(context) {}
  void add_routes(http::Router& router);

 private:
  http::Response of_window(const http::Request& request);
  std::optional<http::Response> without_store(const http::Request& request);
  http::Response of_stretch(const http::Request& request);
  http::Response of_active(const http::Request& request);

  static constexpr std::size_t kCacheBytes = 16 * 1024 * 1024;

  Context& context_;
  PayloadCache answers_{kCacheBytes};
  StretchAnswers stretches_{kCacheBytes};
};

}  // namespace repopulse::api
