#include "api/own_key.h"

#include <string>

#include "api/json_writer.h"

namespace repopulse::api {

void OwnKey::add_routes(http::Router& router) {
  router.add(context_.access.guard(
      store::KeyRole::kRead,
      {http::Method::kGet, "/api/key", [this](const http::Request& request) { return show(request); }}));
}

http::Response OwnKey::show(const http::Request& request) const {
  const bool may_change = !context_.access.refuse(request, store::KeyRole::kAdmin);
  std::string body;
  JsonWriter(body).begin_object().member("role", may_change ? "admin" : "read").end_object();
  http::PayloadOptions options;
  options.cache_control = "no-store";
  return {.payload = http::make_payload(std::move(body), options)};
}

}  // namespace repopulse::api
