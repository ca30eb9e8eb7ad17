#include "api/health.h"

#include <string>

#include "api/json_writer.h"

namespace repopulse::api {
namespace {

http::Response of_now(int status, std::string body) {
  http::PayloadOptions options;
  options.cache_control = "no-store";
  return {.status = status, .payload = http::make_payload(std::move(body), options)};
}

}  // namespace

void Health::add_routes(http::Router& router) {
  router.add({http::Method::kGet, "/healthz", [this](const http::Request&) { return alive(); }});
  router.add({http::Method::kGet, "/readyz", [this](const http::Request&) { return ready(); }, true});
}

http::Response Health::alive() const {
  std::string body;
  JsonWriter(body).begin_object().member("status", "ok").member("version", context_.settings.version).end_object();
  return of_now(200, std::move(body));
}

// The reasons are general, since anybody may ask without a key.
http::Response Health::ready() const {
  const bool windows_loaded = context_.monitor.snapshot()->ready;
  const bool store_answers = context_.store_answers();
  const bool ready = windows_loaded && store_answers;
  std::string body;
  JsonWriter json(body);
  json.begin_object().member("status", ready ? "ready" : "not ready");
  json.member("store_answers", store_answers).member("windows_loaded", windows_loaded);
  json.key("reasons").begin_array();
  if (!store_answers) json.value("the store does not answer");
  if (!windows_loaded) json.value("the windows are being loaded");
  json.end_array().end_object();
  return of_now(ready ? 200 : 503, std::move(body));
}

}  // namespace repopulse::api
