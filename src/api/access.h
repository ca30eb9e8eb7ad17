// Checks the API key of each request: 401 without a valid key, 403 when its role is too low, 429 after too many wrong
// keys. Knows roles and keys; does not know what the routes do.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/key_ring.h"
#include "api/settings.h"
#include "api/wrong_key_limiter.h"
#include "http/message.h"
#include "http/router.h"
#include "store/key_store.h"

namespace repopulse::api {

// The key in a request: `X-API-Key: KEY`, `Authorization: Bearer KEY`, `Authorization: token KEY` or, except from
// browsers, HTTP Basic (`curl -u NAME:KEY`); empty when there is none.
std::string key_of(const http::Request& request);

// Any thread may call anything at any time.
class AccessControl {
 public:
  AccessControl(const KeyRing& keys, Clock clock) : keys_(keys), clock_(std::move(clock)) {}

  // The same route, but only for keys of this role or a higher one. All other requests are refused before the handler
  // runs; for blocking routes on the event loop, without a worker thread. This object must outlive the router.
  http::Route guard(store::KeyRole needed, http::Route route) const;

  // The error to answer with; nullopt when the request is allowed.
  std::optional<http::Response> refuse(const http::Request& request, store::KeyRole needed) const;

 private:
  http::Response refuse_wrong_key(std::string_view remote_address) const;

  const KeyRing& keys_;
  Clock clock_;
  mutable WrongKeyLimiter limiter_;
};

}  // namespace repopulse::api
