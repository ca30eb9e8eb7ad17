#include "api/alerts.h"

#include <optional>
#include <string_view>

#include "api/errors.h"
#include "api/json_writer.h"
#include "api/pagination.h"
#include "api/query.h"
#include "notify/message.h"
#include "store/alert_store.h"

namespace repopulse::api {
namespace {

using store::AlertState;

std::optional<AlertState> read_state(Query& query) {
  const std::string_view text = query.text("state");
  if (text == "firing") return AlertState::kFiring;
  if (text == "resolved") return AlertState::kResolved;
  if (query.has("state")) query.refuse("state", "state must be firing or resolved");
  return std::nullopt;
}

}  // namespace

void Alerts::add_routes(http::Router& router) {
  router.add(context_.access.guard(
      store::KeyRole::kRead,
      {http::Method::kGet, "/api/alerts/", [this](const http::Request& request) { return list(request); }, true}));
  router.add(context_.access.guard(
      store::KeyRole::kAdmin,
      {http::Method::kPost, "/api/alerts/test", [this](const http::Request&) { return send_test(); }, true}));
}

http::Response Alerts::list(const http::Request& request) const {
  Query query(request, "Alert");
  const Page page = query.page();
  const std::optional<AlertState> state = read_state(query);
  if (!query.errors().empty()) return validation_failed(query.errors());
  const auto found = context_.alerts.alerts(state, page.offset(), page.size);
  if (!found) return error_response(found.error());
  std::string body = "[";
  for (const store::Alert& alert : found->alerts) {
    if (body.size() > 1) body.append(",");
    notify::append_json(body, alert, true);
  }
  body.append("]");
  http::Response response{.payload = http::make_payload(std::move(body))};
  const std::string link = link_header(request, page, found->total);
  if (!link.empty()) response.headers.emplace_back("Link", link);
  return response;
}

http::Response Alerts::send_test() {
  const std::unique_lock lock(testing_, std::try_to_lock);
  if (!lock) return error_response(409, "A test is under way");
  std::string body;
  JsonWriter json(body);
  json.begin_array();
  for (const TestedTarget& tested : test_ ? test_() : std::vector<TestedTarget>()) {
    json.begin_object().member("target", tested.name).member("kind", tested.kind);
    json.member("sent", tested.sent).member("detail", tested.detail).end_object();
  }
  json.end_array();
  http::PayloadOptions options;
  options.cache_control = "no-store";
  options.no_etag = true;
  return {.payload = http::make_payload(std::move(body), options)};
}

void Alerts::collect(MetricFamilies& families) const {
  if (deliveries_ == nullptr) return;
  MetricFamily messages = families.counter(
      "repopulse_alert_messages_total",
      "Messages about alerts, by kind of target: sent, attempts that failed, and given up after a day.");
  for (std::size_t i = 0; i < notify::kTargetKinds; ++i) {
    const notify::DeliveryCounts::OfKind& counts = deliveries_->kinds[i];
    const std::string kind(to_string(static_cast<notify::TargetKind>(i)));
    const auto add = [&](std::string_view result, std::uint64_t count) {
      messages.add(static_cast<double>(count), {{"kind", kind}, {"result", std::string(result)}});
    };
    add("sent", counts.sent);
    add("failed", counts.failed);
    add("given_up", counts.given_up);
  }
}

}  // namespace repopulse::api
