#include <string>
#include <string_view>

#include "api/json_writer.h"
#include "api/resources.h"

namespace repopulse::api {
namespace {

std::string_view name_of(PublicView view) {
  switch (view) {
    case PublicView::kOff:
      return "off";
    case PublicView::kBadges:
      return "badges";
    case PublicView::kRead:
      return "read";
  }
  return "off";
}

}  // namespace

// The same for everybody, so it is neither guarded nor counted.
void add_public_view(Context& context, http::Router& router) {
  std::string body;
  JsonWriter(body).begin_object().member("public", name_of(context.settings.public_view)).end_object();
  router.add({http::Method::kGet, "/api/public", [payload = http::make_payload(std::move(body))](const http::Request&) {
                return http::Response{.payload = payload};
              }});
}

}  // namespace repopulse::api
