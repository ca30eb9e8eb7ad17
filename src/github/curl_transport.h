// The real transport: libcurl, one connection kept alive, proxies as the environment says.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "github/transport.h"

namespace repopulse::github {

inline constexpr std::size_t kMaxHeaderBytes = 64u << 10;  // of one answer, 1xx ones and trailers included

struct CurlSettings {
  core::Millis connect_timeout{10'000};
  core::Millis total_timeout{60'000};
  core::Millis stall_timeout{30'000};      // nothing came for so long; whole seconds
  std::size_t max_body_bytes = 16u << 20;  // after inflating
  std::string user_agent;                  // where a request names none
};

// Not thread-safe: one poller, one transport. `cancel` alone may be called from another thread: a send under way fails
// at once, and so does every later one. Only http and https; certificates are checked; HTTP/2 where TLS offers it.
class CancellableTransport : public Transport {
 public:
  virtual void cancel() = 0;
};
std::unique_ptr<CancellableTransport> make_curl_transport(const CurlSettings& settings);

}  // namespace repopulse::github
