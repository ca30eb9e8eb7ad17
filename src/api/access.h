// Checks who sends each request: 401 without a valid key, 403 when its role is too low, 429 after too many wrong
// keys or too many requests with a key of role `read`. A user whom a proxy has signed in needs no key. Where the server
// is public, visitors without a key may read, up to a limit (429). Knows roles and keys; does not know what the routes
// do.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/key_limiter.h"
#include "api/key_ring.h"
#include "api/proxy_user.h"
#include "api/settings.h"
#include "api/visitor_limiter.h"
#include "api/wrong_key_limiter.h"
#include "http/message.h"
#include "http/router.h"
#include "store/key_store.h"

namespace repopulse::api {

// The key in a request: `X-API-Key: KEY`, `Authorization: Bearer KEY`, `Authorization: token KEY` or, except from
// browsers, HTTP Basic (`curl -u NAME:KEY`); empty when there is none.
std::string key_of(const http::Request& request);

// Who sends a request. At most one of these is set; a visitor has none.
struct Caller {
  std::shared_ptr<const store::ApiKey> key = {};
  std::optional<ProxyUser> user = {};
  bool wrong_key = false;

  bool visitor() const { return !key && !user && !wrong_key; }
  // nullopt: neither a valid key nor a user.
  std::optional<store::KeyRole> role() const;
};

// Any thread may call anything at any time.
class AccessControl {
 public:
  AccessControl(const KeyRing& keys, Clock clock, const ApiSettings& settings)
      : keys_(keys),
        clock_(std::move(clock)),
        public_(settings.public_view),
        proxy_auth_(settings.proxy_auth),
        visitors_(settings.public_limit),
        limited_keys_(settings.key_limit) {}

  // The same route, but only for keys of this role or a higher one. All other requests are refused before the handler
  // runs; for blocking routes on the event loop, without a worker thread. This object must outlive the router.
  http::Route guard(store::KeyRole needed, http::Route route) const;
  // The same for a badge: for visitors where badges are public; 404 without a key where they are not.
  http::Route guard_badge(http::Route route) const;

  // `X-API-Key` counts before a proxy's user, and `Authorization` after: proxies put their own words into it.
  Caller caller(const http::Request& request) const;
  // The error to answer with; nullopt when the request is allowed. Counts a request of a visitor, a `read` key or
  // a user of that role.
  std::optional<http::Response> refuse(const http::Request& request, store::KeyRole needed) const;

  PublicView public_view() const { return public_; }
  VisitorLimiter& visitors() const { return visitors_; }

 private:
  enum class Count { kYes, kNo };
  std::optional<http::Response> refuse(const http::Request& request, store::KeyRole needed, Count count) const;
  http::Response refuse_wrong_key(std::string_view remote_address) const;
  std::optional<http::Response> refuse_visitor(std::string_view remote_address) const;

  const KeyRing& keys_;
  Clock clock_;
  const PublicView public_;
  const ProxyAuth proxy_auth_;
  mutable WrongKeyLimiter wrong_keys_;
  mutable VisitorLimiter visitors_;
  mutable KeyLimiter limited_keys_;
};

}  // namespace repopulse::api
