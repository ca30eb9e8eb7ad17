// Pages of a list, and the addresses of their neighbours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "http/message.h"

namespace repopulse::api {

struct Page {
  static constexpr std::size_t kMaxSize = 100;

  std::uint64_t number = 1;
  std::size_t size = 30;
  std::uint64_t offset() const { return (number - 1) * size; }
};

// `http://host:port` as the client wrote it, https where it or a proxy before us speaks TLS; empty when the request
// names no host that could stand in a URL.
std::string base_url(const http::Request& request);

// The value of `Link` as GitHub writes it: prev, next, last and first, where there are such; empty when all fits on one
// page. `total` counts the elements of all pages.
std::string link_header(const http::Request& request, const Page& page, std::uint64_t total);

}  // namespace repopulse::api
