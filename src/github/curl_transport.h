// The transport for real use: libcurl, one connection that is kept alive, proxies from the environment variables. Sends
// what it is given; adds no token, follows no redirect, retries nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "github/transport.h"

namespace repopulse::github {

inline constexpr std::size_t kMaxHeaderBytes = 64u << 10;  // of one answer, with 1xx answers and trailers

struct CurlSettings {
  core::Millis connect_timeout{10'000};
  core::Millis total_timeout{60'000};      // a request may ask for less
  core::Millis stall_timeout{15'000};      // for so long no byte came; whole seconds. GitHub gives up after 10 s itself
  std::size_t max_body_bytes = 16u << 20;  // after inflating
  std::string user_agent;                  // where a request names none
  std::string ca_file;                     // certificates to trust; empty: as curl::Easy::trust() finds them
};

// Not thread-safe: one poller, one transport. Only cancel() may be called from another thread: then a pending send()
// and every later one fail at once. Only http and https; certificates are checked; HTTP/2 where TLS offers it.
class CancellableTransport : public Transport {
 public:
  virtual void cancel() = 0;
};
std::unique_ptr<CancellableTransport> make_curl_transport(const CurlSettings& settings);

}  // namespace repopulse::github
