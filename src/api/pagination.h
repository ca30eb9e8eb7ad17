// Pages of a list: their sizes, and the `Link` header with the URLs of neighbouring pages. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "http/message.h"

namespace repopulse::api {

struct Page {
  static constexpr std::size_t kDefaultSize = 30;  // as at GitHub
  static constexpr std::size_t kMaxSize = 100;

  std::uint64_t number = 1;
  std::size_t size = kDefaultSize;
  std::uint64_t offset() const { return (number - 1) * size; }
};

// `http://host:port` as the client wrote it, with https if the client used TLS with this server or with a proxy in
// front of it, and with the path below which a proxy serves this server. Without scheme and host when the request has
// no host that is valid in a URL.
std::string base_url(const http::Request& request);

// The value of the `Link` header as GitHub writes it: prev, next, last and first, as far as they exist; empty when
// everything fits on one page. `total`: number of elements on all pages.
std::string link_header(const http::Request& request, const Page& page, std::uint64_t total);

}  // namespace repopulse::api
