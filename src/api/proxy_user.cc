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

// Programs send neither of these fields.
bool from_own_page(const http::Request& request) {
  const std::string_view site = request.header("Sec-Fetch-Site");
  if (!site.empty()) return site == "same-origin";
  const std::string_view origin = request.header("Origin");
  const std::size_t scheme = origin.find("://");
  return origin.empty() || (scheme != std::string_view::npos &&
                            http::equals_ignoring_case(origin.substr(scheme + 3), asked_host(request)));
}

// A browser adds the proxy's cookie to the requests of any page, and proxies that know their users by the network need
// none. So a change must come from a page of this server, and so must a read with an `Origin`: with it, pages of other
// sites ask for answers that they can read.
bool may_be_users(const http::Request& request) {
  const bool reads = request.method == http::Method::kGet || request.method == http::Method::kHead;
  return (reads && request.header("Origin").empty()) || from_own_page(request);
}

}  // namespace

std::optional<ProxyUser> proxy_user(const http::Request& request, const ProxyAuth& settings) {
  if (settings.user_header.empty() || !request.from_trusted_proxy) return std::nullopt;
  const std::string_view name = only_value(request, settings.user_header);
  if (name.empty() || name.size() > kLongestUserName) return std::nullopt;
  if (!may_be_users(request)) return std::nullopt;
  const bool is_admin =
      !settings.role_header.empty() && lists(only_value(request, settings.role_header), settings.admin_role);
  return ProxyUser{std::string(name), is_admin ? store::KeyRole::kAdmin : store::KeyRole::kRead};
}

}  // namespace repopulse::api
