// An answer in JSON that is rendered for each request.
#pragma once

#include <string>
#include <utility>

#include "http/message.h"

namespace repopulse::api {

// Compressed only where a client accepts that and the answer is not 304.
inline http::Response rendered(int status, std::string body) {
  http::PayloadOptions options;
  options.compress_when_asked = true;
  return {.status = status, .payload = http::make_payload(std::move(body), options)};
}

}  // namespace repopulse::api
