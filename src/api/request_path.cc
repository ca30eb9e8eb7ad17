#include "api/request_path.h"

namespace repopulse::api {

std::string repository_in_path(const http::Request& request) {
  std::string name(request.parameter("owner"));
  return name.append("/").append(request.parameter("repo"));
}

}  // namespace repopulse::api
