// Owners whose repositories are followed: /api/owners/ lists them, /api/repos/OWNER/* shows, activates, deactivates and
// removes one, and has its list asked soon. POST /api/repos/ adds them, see repositories.h. Changes go through the
// monitor, on worker threads.
#pragma once

#include <string>
#include <string_view>

#include "api/context.h"
#include "api/json_writer.h"
#include "http/router.h"

namespace repopulse::api {

class Owners {
 public:
  explicit Owners(Context& context) : context_(context) {}
  void add_routes(http::Router& router);

 private:
  http::Response list(const http::Request& request) const;
  http::Response show(const http::Request& request, int status) const;
  http::Response changed(const http::Request& request, const core::Status& done, int status) const;
  http::Response remove(const http::Request& request);

  Context& context_;
};

// `/api/repos/OWNER/*`
std::string owner_path(const core::OwnerName& name);
// `base`: of the server's URL, see base_url().
void write_owner(JsonWriter& json, const monitor::OwnerView& owner, std::string_view base,
                 const monitor::Snapshot& snapshot);

}  // namespace repopulse::api
