#include <string>
#include <string_view>

#include "api/json_writer.h"
#include "api/resources.h"

namespace repopulse::api {
namespace {

http::Response show_own_key(const Context& context, const http::Request& request) {
  const Caller caller = context.access.caller(request);
  std::string body;
  JsonWriter json(body);
  json.begin_object().member("role", caller.role() == store::KeyRole::kAdmin ? "admin" : "read");
  if (caller.user) json.member("user", std::string_view(caller.user->name));
  json.end_object();
  http::PayloadOptions options;
  options.cache_control = "no-store";
  return {.payload = http::make_payload(std::move(body), options)};
}

}  // namespace

void add_own_key(Context& context, http::Router& router) {
  router.add(context.access.guard(
      store::KeyRole::kRead, {http::Method::kGet, "/api/key",
                              [&context](const http::Request& request) { return show_own_key(context, request); }}));
}

}  // namespace repopulse::api
