// What the executable tells the API.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "core/time.h"
#include "core/window.h"

namespace repopulse::api {

struct ApiSettings {
  std::string version;      // of the executable
  core::WindowRule window;  // as it was configured
  std::size_t max_active = 5;
  std::string github_url = "https://api.github.com";  // root of the API that is polled
};

// Reads the time; the executable gives the real one, tests theirs.
using Clock = std::function<core::Timestamp()>;

}  // namespace repopulse::api
