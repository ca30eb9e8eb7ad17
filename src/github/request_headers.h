// The headers that every request to GitHub carries. Pure; the token goes to the API root's origin and nowhere else.
#pragma once

#include <string_view>

#include "github/events_api.h"
#include "github/transport.h"

namespace repopulse::github {

// Of a request for `url`, which is absolute.
Headers request_headers(const ApiRoot& root, std::string_view url);

// The API root without slashes at its end.
std::string_view bare_root(const ApiRoot& root);

}  // namespace repopulse::github
