// Who may do what: each guarded request shows a key.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/guesses.h"
#include "api/key_ring.h"
#include "api/settings.h"
#include "http/message.h"
#include "http/router.h"
#include "store/store.h"

namespace repopulse::api {

// The key that a request shows: `X-API-Key: KEY`, `Authorization: Bearer KEY`, `Authorization: token KEY` or, unless a
// browser sends it, HTTP Basic (`curl -u NAME:KEY`); empty when it shows none.
std::string key_of(const http::Request& request);

// Any thread may call anything at any time.
class AccessControl {
 public:
  AccessControl(const KeyRing& keys, Clock clock) : keys_(keys), clock_(std::move(clock)) {}

  // The route, for those who show a key of that role or a higher one. Everybody else is refused before the handler is
  // reached, a blocking one without taking a worker's time. This must outlive the router.
  http::Route guard(store::KeyRole needed, http::Route route) const;

  // The refusal; nullopt when the request may pass.
  std::optional<http::Response> refuse(const http::Request& request, store::KeyRole needed) const;

 private:
  http::Response refuse_wrong_key(std::string_view remote_address) const;

  const KeyRing& keys_;
  Clock clock_;
  mutable Guesses guesses_;
};

}  // namespace repopulse::api
