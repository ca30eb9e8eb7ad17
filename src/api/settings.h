// What the API must be told by the executable that runs it.
#pragma once

#include <functional>
#include <string>

#include "core/time.h"

namespace repopulse::api {

struct ApiSettings {
  std::string version;              // of the executable
  std::string github_url;           // root of the GitHub API that is polled
  std::string webhook_secret = {};  // of GitHub's webhooks; empty: none are taken
};

// Returns the current time. The executable passes the real clock, tests their own.
using Clock = std::function<core::Timestamp()>;

}  // namespace repopulse::api
