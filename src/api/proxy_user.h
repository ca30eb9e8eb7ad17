// The user whom a proxy in front of this server has signed in, as its header fields tell (`--proxy-auth-header`). They
// count from trusted proxies only. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "api/settings.h"
#include "http/message.h"
#include "store/key_store.h"

namespace repopulse::api {

struct ProxyUser {
  std::string name;
  store::KeyRole role;
};

inline constexpr std::size_t kLongestUserName = 256;

// nullopt: no proxy has signed anybody in, it does not come from a trusted proxy, or a page of another site has sent it
// to change or to read something. A name that is longer than kLongestUserName, or that stands there twice, is none.
std::optional<ProxyUser> proxy_user(const http::Request& request, const ProxyAuth& settings);

}  // namespace repopulse::api
