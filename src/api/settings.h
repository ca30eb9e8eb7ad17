// What the API must be told by the executable that runs it.
#pragma once

#include <functional>
#include <string>

#include "core/time.h"

namespace repopulse::api {

// What who comes without a key may see (`--public`).
enum class PublicView { kOff, kBadges, kRead };

// Header fields in which a proxy names the user whom it has signed in, and the user's role.
struct ProxyAuth {
  std::string user_header;           // empty: proxies sign nobody in
  std::string role_header;           // roles or groups, separated by commas; empty: every user has the role `read`
  std::string admin_role = "admin";  // the entry of `role_header` that means the role `admin`
};

struct ApiSettings {
  std::string version;              // of the executable
  std::string github_url;           // root of the GitHub API that is polled
  std::string webhook_secret = {};  // of GitHub's webhooks; empty: none are taken
  PublicView public_view = PublicView::kOff;
  int public_limit = 0;  // requests a minute of one address without a key; 0: no limit
  int key_limit = 0;     // requests a minute with one key of role `read`; 0: no limit
  ProxyAuth proxy_auth = {};
};

// Returns the current time. The executable passes the real clock, tests their own.
using Clock = std::function<core::Timestamp()>;

}  // namespace repopulse::api
