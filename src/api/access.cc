#include "api/access.h"

#include <openssl/evp.h>

#include <algorithm>
#include <utility>

#include "api/errors.h"
#include "base/text.h"
#include "http/negotiation.h"

namespace repopulse::api {
namespace {

// Empty when it is not base64.
std::string decode_base64(std::string_view encoded) {
  if (encoded.empty() || encoded.size() % 4 != 0) return {};
  std::string text(encoded.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(encoded.data()), static_cast<int>(encoded.size()));
  const std::size_t padding = encoded.size() - std::min(encoded.find('='), encoded.size());
  if (size != static_cast<int>(text.size()) || padding > 2) return {};
  text.resize(text.size() - padding);
  return text;
}

// As at GitHub: the password is the key, whatever the name is; some clients send the key as the name instead. Browsers
// are excluded: they remember such credentials and add them to requests of any page, so a request with a browser's
// header fields must carry its key in another way.
std::string basic_key(const http::Request& request, std::string_view encoded) {
  if (!request.header("Origin").empty() || !request.header("Sec-Fetch-Site").empty()) return {};
  const std::string text = decode_base64(encoded);
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return {};
  std::string password = text.substr(colon + 1);
  return password.empty() || password == "x-oauth-basic" ? text.substr(0, colon) : password;
}

}  // namespace

std::string key_of(const http::Request& request) {
  const std::string_view key = base::trim(request.header("X-API-Key"));
  if (!key.empty()) return std::string(key);
  const std::string_view authorization = base::trim(request.header("Authorization"));
  const std::size_t space = authorization.find(' ');
  if (space == std::string_view::npos) return {};
  const std::string_view scheme = authorization.substr(0, space);
  const std::string_view rest = base::trim(authorization.substr(space));
  if (http::equals_ignoring_case(scheme, "Basic")) return basic_key(request, rest);
  if (!http::equals_ignoring_case(scheme, "Bearer") && !http::equals_ignoring_case(scheme, "token")) return {};
  return std::string(rest);
}

std::optional<store::KeyRole> Caller::role() const {
  if (key) return key->role;
  return user ? std::optional(user->role) : std::nullopt;
}

Caller AccessControl::caller(const http::Request& request) const {
  if (base::trim(request.header("X-API-Key")).empty()) {
    if (auto user = proxy_user(request, proxy_auth_)) return {.user = std::move(user)};
  }
  const std::string shown = key_of(request);
  if (shown.empty()) return {};
  auto key = keys_.find(shown);
  const bool wrong = !key;
  return {.key = std::move(key), .wrong_key = wrong};
}

std::optional<http::Response> AccessControl::refuse(const http::Request& request, store::KeyRole needed) const {
  return refuse(request, needed, Count::kYes);
}

std::optional<http::Response> AccessControl::refuse(const http::Request& request, store::KeyRole needed,
                                                    Count count) const {
  const Caller who = caller(request);
  if (who.wrong_key) return refuse_wrong_key(request.remote_address);
  const auto role = who.role();
  if (!role) {
    if (public_ != PublicView::kRead || needed != store::KeyRole::kRead) return bad_credentials();
    return count == Count::kYes ? refuse_visitor(request.remote_address) : std::nullopt;
  }
  if (needed == store::KeyRole::kAdmin && *role != store::KeyRole::kAdmin) {
    return error_response(403, who.key ? "This key is read-only; changes need an admin key"
                                       : "You may read only; changes need the role admin");
  }
  // Admins have no limit: they must be able to help when others are too many.
  if (count == Count::kNo || *role == store::KeyRole::kAdmin) return std::nullopt;
  const auto retry_after = limited_keys_.count(who.key ? who.key->id : "user " + who.user->name, clock_());
  if (!retry_after) return std::nullopt;
  return who.key ? too_many_with_key(*retry_after) : too_many_of_user(*retry_after);
}

std::optional<http::Response> AccessControl::refuse_visitor(std::string_view remote_address) const {
  const auto retry_after = visitors_.count(remote_address, clock_());
  return retry_after ? std::optional(too_many_visits(*retry_after)) : std::nullopt;
}

http::Response AccessControl::refuse_wrong_key(std::string_view remote_address) const {
  const WrongKeyLimiter::Verdict verdict = wrong_keys_.count(remote_address, clock_());
  http::Response response = bad_credentials();
  if (verdict.retry_after) {
    response = error_response(429, "Too many wrong keys from this address");
    response.headers.emplace_back("Retry-After", std::to_string(verdict.retry_after->count()));
  }
  response.delay = verdict.delay;
  return response;
}

http::Route AccessControl::guard(store::KeyRole needed, http::Route route) const {
  if (route.blocking) {
    route.quick = [this, needed,
                   quick = std::move(route.quick)](const http::Request& request) -> std::optional<http::Response> {
      if (auto refusal = refuse(request, needed)) return refusal;
      return quick ? quick(request) : std::nullopt;
    };
  }
  // A blocking route checks again after `quick`, so that it is safe even where `quick` was not called; what `quick` has
  // counted is not counted again.
  const Count count = route.blocking ? Count::kNo : Count::kYes;
  route.handler = [this, needed, count, handler = std::move(route.handler)](const http::Request& request) {
    if (auto refusal = refuse(request, needed, count)) return std::move(*refusal);
    return handler(request);
  };
  return route;
}

http::Route AccessControl::guard_badge(http::Route route) const {
  route.handler = [this, handler = std::move(route.handler)](const http::Request& request) {
    const bool visitor = caller(request).visitor();
    if (visitor && public_ == PublicView::kOff) return not_found();
    auto refusal = visitor ? refuse_visitor(request.remote_address) : refuse(request, store::KeyRole::kRead);
    return refusal ? std::move(*refusal) : handler(request);
  };
  return route;
}

}  // namespace repopulse::api
