// Reads the parts of a request's path that routes have in common. Pure.
#pragma once

#include <string>

#include "http/message.h"

namespace repopulse::api {

// `owner/repo` of a route with `{owner}/{repo}`, as the client wrote it.
std::string repository_in_path(const http::Request& request);

}  // namespace repopulse::api
