// /api/repos/: lists repositories, adds and removes them, activates and deactivates them, has them asked soon. Changes
// go through the monitor, on worker threads.
#pragma once

#include <string>
#include <string_view>

#include "api/add_request.h"
#include "api/context.h"
#include "http/router.h"

namespace repopulse::api {

class Repositories {
 public:
  explicit Repositories(Context& context) : context_(context) {}
  void add_routes(http::Router& router);

 private:
  http::Response list(const http::Request& request, bool active_only) const;
  http::Response show(const http::Request& request) const;
  http::Response add(const http::Request& request);
  std::string shown_in_order(const AddRequest& wanted, const monitor::Added& added, std::string_view base) const;
  http::Response remove(const http::Request& request);
  http::Response set_active(const http::Request& request, bool active);
  http::Response ask_soon(const http::Request& request);

  Context& context_;
};

}  // namespace repopulse::api
