// GET /badge/{owner}/{repo}.svg and .json: how often something happens in a repository, to be shown on other pages.
// From the monitor's snapshot alone; each answer is rendered once a minute at most, and caches may keep it for five.
#pragma once

#include "api/context.h"
#include "api/payload_cache.h"
#include "http/router.h"

namespace repopulse::api {

class Badges {
 public:
  explicit Badges(Context& context) : context_(context) {}
  void add_routes(http::Router& router);

 private:
  enum class Form { kSvg, kJson };
  http::Response show(const http::Request& request, Form form);

  static constexpr std::size_t kCacheBytes = 2 * 1024 * 1024;

  Context& context_;
  PayloadCache answers_{kCacheBytes};
};

}  // namespace repopulse::api
