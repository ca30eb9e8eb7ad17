#include "api/dashboard_page.h"

#include "api/embedded_files.h"
#include "dashboard/assets.h"

namespace repopulse::api {
namespace {

constexpr std::string_view kDashboardPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

}  // namespace

void add_dashboard(http::Router& router) {
  add_embedded_files(router, {.files = dashboard_assets(),
                              .path = "",
                              .content_security_policy = kDashboardPolicy,
                              .pages = {"index.html"},
                              .address = "\"./",
                              .hashed_folder = "assets/"});
}

}  // namespace repopulse::api
