// Request targets: the router, percent-decoding and the query, over a table like the service's own.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fuzz/require.h"
#include "http/negotiation.h"
#include "http/router.h"

namespace {

namespace http = repopulse::http;
using repopulse::fuzz::require;

const http::Router& table() {
  static const http::Router& router = []() -> const http::Router& {
    static http::Router made;
    for (const char* pattern : {"/api/repos/", "/api/repos/active/", "/api/repos/{owner}/{repo}",
                                "/api/repos/{owner}/{repo}/events/", "/api/repos/{owner}/{repo}/events/stats/",
                                "/api/repos/{owner}/{repo}/events/stats/history/", "/api/stream", "/{rest...}"}) {
      made.add({.method = http::Method::kGet, .pattern = pattern, .handler = {}});
    }
    return made;
  }();
  return router;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view target(reinterpret_cast<const char*>(data), size);
  http::Request request;
  request.path = target.substr(0, target.find('?'));
  if (request.path.size() < target.size()) request.query = target.substr(request.path.size() + 1);
  const http::Router::Match match = table().match(request);
  // The last route takes every path that begins with a slash, unless an escape in it is broken.
  require((match.route != nullptr || match.malformed) == request.path.starts_with('/'));
  for (const auto& [name, value] : request.parameters) {
    require(!name.empty() && value.size() <= request.path.size());
    require(name == "rest" || !value.empty());
  }
  for (const auto& [name, value] : request.query_parameters()) {
    require(name.size() + value.size() <= request.query.size());
  }
  http::accepts_gzip(target);
  http::etag_matches(target, "\"etag\"");
  return 0;
}
