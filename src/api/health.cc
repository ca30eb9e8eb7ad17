#include <string>

#include "api/json_writer.h"
#include "api/resources.h"

namespace repopulse::api {
namespace {

http::Response of_now(int status, std::string body) {
  http::PayloadOptions options;
  options.cache_control = "no-store";
  return {.status = status, .payload = http::make_payload(std::move(body), options)};
}

http::Response alive(const Context& context) {
  std::string body;
  JsonWriter(body).begin_object().member("status", "ok").member("version", context.settings.version).end_object();
  return of_now(200, std::move(body));
}

// The reasons are general, since anybody may ask without a key.
http::Response ready(const Context& context) {
  const auto snapshot = context.monitor.snapshot();
  const bool windows_loaded = snapshot->ready;
  const bool store_answers = context.store_answers();
  const bool store_writable = snapshot->store_ok;
  const bool ready = windows_loaded && store_answers && store_writable;
  std::string body;
  JsonWriter json(body);
  json.begin_object().member("status", ready ? "ready" : "not ready");
  json.member("store_answers", store_answers).member("store_writable", store_writable);
  json.member("windows_loaded", windows_loaded);
  json.key("reasons").begin_array();
  if (!store_answers) json.value("the store does not answer");
  if (store_answers && !store_writable) json.value("the last write to the store failed");
  if (!windows_loaded) json.value("the windows are being loaded");
  json.end_array().end_object();
  return of_now(ready ? 200 : 503, std::move(body));
}

}  // namespace

void add_health(Context& context, http::Router& router) {
  router.add({http::Method::kGet, "/healthz", [&context](const http::Request&) { return alive(context); }});
  router.add({http::Method::kGet, "/readyz", [&context](const http::Request&) { return ready(context); }, true});
}

}  // namespace repopulse::api
