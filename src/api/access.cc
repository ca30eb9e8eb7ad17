#include "api/access.h"

#include <string>
#include <utility>

#include "api/errors.h"
#include "http/negotiation.h"

namespace repopulse::api {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

http::Response bad_credentials() {
  http::Response response = error_response(401, "Bad credentials");
  response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"repopulse\"");
  return response;
}

}  // namespace

std::string_view key_of(const http::Request& request) {
  const std::string_view key = trim(request.header("X-API-Key"));
  if (!key.empty()) return key;
  const std::string_view authorization = trim(request.header("Authorization"));
  const std::size_t space = authorization.find(' ');
  if (space == std::string_view::npos) return {};
  const std::string_view scheme = authorization.substr(0, space);
  if (!http::equals_ignoring_case(scheme, "Bearer") && !http::equals_ignoring_case(scheme, "token")) return {};
  return trim(authorization.substr(space));
}

std::optional<http::Response> AccessControl::refuse(const http::Request& request, store::KeyRole needed) const {
  const std::string_view key = key_of(request);
  if (key.empty()) return bad_credentials();
  const auto known = keys_.find(key);
  if (!known) return refuse_wrong_key(request.remote_address);
  if (needed == store::KeyRole::kAdmin && known->role != store::KeyRole::kAdmin) {
    return error_response(403, "This key may read only; changing anything needs an admin key");
  }
  return std::nullopt;
}

http::Response AccessControl::refuse_wrong_key(std::string_view remote_address) const {
  const Guesses::Verdict verdict = guesses_.wrong(remote_address, clock_());
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
  // A blocking one is asked again after `quick` has let the request pass: it depends on nobody's calling that first.
  route.handler = [this, needed, handler = std::move(route.handler)](const http::Request& request) {
    if (auto refusal = refuse(request, needed)) return std::move(*refusal);
    return handler(request);
  };
  return route;
}

}  // namespace repopulse::api
