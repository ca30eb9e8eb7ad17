// The real transport: libcurl, one connection kept alive, proxies as the environment says.
#pragma once

#include <memory>
#include <string>

#include "github/transport.h"

namespace repopulse::github {

struct CurlSettings {
  core::Millis connect_timeout{10'000};
  core::Millis total_timeout{60'000};
  std::size_t max_body_bytes = 16u << 20;  // after inflating
  std::string user_agent;
};

// Not thread-safe: one poller, one transport. `cancel` may be called from another thread: a send under way fails soon.
class CancellableTransport : public Transport {
 public:
  virtual void cancel() = 0;
};
std::unique_ptr<CancellableTransport> make_curl_transport(const CurlSettings& settings);

}  // namespace repopulse::github
