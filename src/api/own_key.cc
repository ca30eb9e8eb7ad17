#include <string>

#include "api/json_writer.h"
#include "api/resources.h"

namespace repopulse::api {
namespace {

http::Response show(const Context& context, const http::Request& request) {
  const bool may_change = !context.access.refuse(request, store::KeyRole::kAdmin);
  std::string body;
  JsonWriter(body).begin_object().member("role", may_change ? "admin" : "read").end_object();
  http::PayloadOptions options;
  options.cache_control = "no-store";
  return {.payload = http::make_payload(std::move(body), options)};
}

}  // namespace

void add_own_key(Context& context, http::Router& router) {
  router.add(context.access.guard(
      store::KeyRole::kRead,
      {http::Method::kGet, "/api/key", [&context](const http::Request& request) { return show(context, request); }}));
}

}  // namespace repopulse::api
