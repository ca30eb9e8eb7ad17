// GET /api/repos/{owner}/{repo}/events/stats/history/: the stored events counted by hours, days or weeks of a time
// zone. Reads the store on a worker thread; answers that were rendered before come from memory. Changes nothing.
#pragma once

#include <optional>

#include "api/context.h"
#include "api/stretch.h"
#include "http/router.h"

namespace repopulse::api {

class History {
 public:
  explicit History(Context& context) : context_(context) {}
  void add_routes(http::Router& router);

 private:
  std::optional<http::Response> from_cache(const http::Request& request);
  http::Response from_store(const http::Request& request);

  static constexpr std::size_t kCacheBytes = 16 * 1024 * 1024;

  Context& context_;
  StretchAnswers answers_{kCacheBytes};
};

}  // namespace repopulse::api
