#include <string>

#include "api/errors.h"
#include "api/json_writer.h"
#include "api/request_path.h"
#include "api/resources.h"

namespace repopulse::api {
namespace {

http::Response show_forecast(const Context& context, const http::Request& request) {
  const auto snapshot = context.monitor.snapshot();
  const auto view = snapshot->find(repository_in_path(request));
  if (!view) return not_found();
  std::string body;
  JsonWriter json(body);
  json.begin_object().member("repository", view->repository.name.full_name());
  // The forecast was made at the last poll.
  json.member("as_of", view->feed.last_polled_at).member("policy", snapshot->poller.policy);
  json.key("hours").begin_array();
  for (const polling::HourForecast& hour : view->forecast) {
    json.begin_object().member("from", hour.from).member("expected", hour.expected);
    json.member("low", hour.low).member("high", hour.high).end_object();
  }
  json.end_array().end_object();
  return {.payload = http::make_payload(std::move(body))};
}

}  // namespace

void add_forecast(Context& context, http::Router& router) {
  router.add(context.access.guard(
      store::KeyRole::kRead, {http::Method::kGet, "/api/repos/{owner}/{repo}/forecast",
                              [&context](const http::Request& request) { return show_forecast(context, request); }}));
}

}  // namespace repopulse::api
