#include <memory>
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

std::shared_ptr<const http::Payload> payload_for(PublicView view, bool signed_in) {
  std::string body;
  JsonWriter json(body);
  json.begin_object().member("public", name_of(view));
  if (signed_in) json.member("signed_in", true);
  json.end_object();
  return http::make_payload(std::move(body));
}

}  // namespace

// Tells nothing secret, so it is neither guarded nor counted.
void add_public_view(Context& context, http::Router& router) {
  const PublicView view = context.settings.public_view;
  router.add(
      {http::Method::kGet, "/api/public",
       [&context, anybody = payload_for(view, false), user = payload_for(view, true)](const http::Request& request) {
         return http::Response{.payload = context.access.caller(request).user ? user : anybody};
       }});
}

}  // namespace repopulse::api
