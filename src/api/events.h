// GET /api/repos/{owner}/{repo}/events/: stored events, each exactly as GitHub sent it, page by page. Reads the store
// on a worker thread; pages that were rendered before are answered from memory. Changes nothing.
#pragma once

#include "api/context.h"
#include "api/payload_cache.h"
#include "http/router.h"

namespace repopulse::api {

class Events {
 public:
  explicit Events(Context& context) : context_(context) {}
  void add_routes(http::Router& router);

 private:
  struct Lookup {
    std::shared_ptr<const monitor::RepositoryView> view;  // nullptr: unknown
    std::string key;                                      // of the cache
    PayloadCache::Stamp stamp;
    std::shared_ptr<const core::BotPatterns> bots;  // of the same moment
  };
  Lookup look_up(const http::Request& request) const;
  std::optional<http::Response> from_cache(const http::Request& request);
  http::Response from_store(const http::Request& request);

  static constexpr std::size_t kCacheBytes = 32 * 1024 * 1024;

  Context& context_;
  PayloadCache pages_{kCacheBytes};
};

}  // namespace repopulse::api
