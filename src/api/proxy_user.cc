#include "api/proxy_user.h"

#include <string_view>
#include <vector>

#include "base/text.h"
#include "http/negotiation.h"

namespace repopulse::api {
namespace {

// Empty where the field is missing or stands there more than once: a proxy that adds its own field to a client's
// leaves both.
std::string_view only_value(const http::Request& request, std::string_view name) {
  const std::vector<std::string_view> values = request.headers(name);
  return values.size() == 1 ? base::trim(values.front()) : std::string_view{};
}

bool lists(std::string_view words, std::string_view wanted) {
  while (!words.empty()) {
    const std::size_t comma = words.find(',');
    if (base::trim(words.substr(0, comma)) == wanted) return true;
    words = comma == std::string_view::npos ? std::string_view{} : words.substr(comma + 1);
  }
  return false;
}

// The host that the client has asked, with its port.
std::string_view asked_host(const http::Request& request) {
  const std::string_view forwarded = request.header("X-Forwarded-Host");
  return base::trim(forwarded.empty() ? request.header("Host") : forwarded.substr(0, forwarded.find(',')));
}

// A browser adds the proxy's cookie to the requests of any page, so a change must come from a page of this server.
// Programs send neither of these fields.
bool may_change(const http::Request& request) {
  const std::string_view site = request.header("Sec-Fetch-Site");
  if (!site.empty()) return site == "same-origin";
  const std::string_view origin = request.header("Origin");
  const std::size_t scheme = origin.find("://");
  return origin.empty() || (scheme != std::string_view::npos &&
                            http::equals_ignoring_case(origin.substr(scheme + 3), asked_host(request)));
}

}  // namespace

std::optional<ProxyUser> proxy_user(const http::Request& request, const ProxyAuth& settings) {
  if (settings.user_header.empty() || !request.from_trusted_proxy) return std::nullopt;
  const std::string_view name = only_value(request, settings.user_header);
  if (name.empty() || name.size() > kLongestUserName) return std::nullopt;
  const bool reads = request.method == http::Method::kGet || request.method == http::Method::kHead;
  if (!reads && !may_change(request)) return std::nullopt;
  const bool is_admin =
      !settings.role_header.empty() && lists(only_value(request, settings.role_header), settings.admin_role);
  return ProxyUser{std::string(name), is_admin ? store::KeyRole::kAdmin : store::KeyRole::kRead};
}

}  // namespace repopulse::api
