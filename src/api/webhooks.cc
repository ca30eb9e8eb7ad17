#include "api/webhooks.h"

#include <algorithm>
#include <utility>

#include "api/errors.h"
#include "api/json_writer.h"
#include "api/webhook_body.h"
#include "api/webhook_signature.h"
#include "core/delivery_kind.h"
#include "core/repo_name.h"

namespace repopulse::api {
namespace {

// Kinds of deliveries that come often, and whose events no feed shows: to ask because of them would be in vain.
constexpr std::array<std::string_view, 10> kNeverInFeeds = {
    "check_run", "check_suite",         "deployment",        "deployment_status", "ping",
    "status",    "repository_dispatch", "workflow_dispatch", "workflow_job",      "workflow_run"};

bool may_be_in_feeds(std::string_view kind) {
  return std::ranges::find(kNeverInFeeds, kind) == kNeverInFeeds.end();
}

// Empty: there is none, or what is there is no number of GitHub's.
std::string webhook_number(const http::Request& request) {
  constexpr std::size_t kDigitsMost = 20;
  const std::string_view number = request.header("X-GitHub-Hook-ID");
  const bool is_number =
      number.size() <= kDigitsMost && std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
  return is_number ? std::string(number) : std::string();
}

}  // namespace

// The body of one delivery.
class Webhooks::Delivery final : public http::BodyReceiver {
 public:
  explicit Delivery(std::string_view secret) : signature_(secret) {}

  std::size_t max_bytes() const override { return kBodyBytesMax; }
  void take(std::string_view bytes) override {
    signature_.update(bytes);
    body_.take(bytes);
  }

  // After the whole body.
  bool is_signed(const http::Request& request) {
    if (!digest_) digest_ = signature_.finish();
    return says_digest(request.header("X-Hub-Signature-256"), *digest_);
  }
  const WebhookBody& body() const { return body_; }

 private:
  WebhookSignature signature_;
  WebhookBody body_;
  std::optional<WebhookSignature::Digest> digest_;
};

// Takes bodies where there is no secret, so that long ones get the same answer as short ones.
class Webhooks::Nobody final : public http::BodyReceiver {
 public:
  std::size_t max_bytes() const override { return kBodyBytesMax; }
  void take(std::string_view) override {}
};

void Webhooks::add_routes(http::Router& router) {
  router.add({.method = http::Method::kPost,
              .pattern = "/api/hooks/github",
              .handler = [this](const http::Request& request) { return take(request); },
              .blocking = true,
              .quick = [this](const http::Request& request) { return refuse(request); },
              .receive = [this](const http::Request&) { return receive(); }});
}

std::unique_ptr<http::BodyReceiver> Webhooks::receive() const {
  if (context_.settings.webhook_secret.empty()) return std::make_unique<Nobody>();
  return std::make_unique<Delivery>(context_.settings.webhook_secret);
}

// On the event loop, so that whoever cannot sign takes no worker's time.
std::optional<http::Response> Webhooks::refuse(const http::Request& request) {
  if (context_.settings.webhook_secret.empty()) return not_found();
  auto* delivery = static_cast<Delivery*>(request.received);  // nullptr: there is no body, and GitHub always sends one
  if (delivery != nullptr && delivery->is_signed(request)) return std::nullopt;
  count(Result::kRefused);
  return error_response(401, "X-Hub-Signature-256 is missing, or is not of this body with this secret");
}

http::Response Webhooks::take(const http::Request& request) {
  if (auto refusal = refuse(request)) return std::move(*refusal);
  const auto& delivery = static_cast<const Delivery&>(*request.received);
  if (!delivery.body().is_object()) {
    count(Result::kMalformed);
    return error_response(400, "The body is neither a JSON object nor a form with one as its payload");
  }
  const std::string_view id = request.header("X-GitHub-Delivery");
  if (is_repeated(id)) return answer(Result::kRepeated, delivery, false);
  const auto result = heed(request, delivery);
  if (!result) {
    count(Result::kFailed);
    return error_response(result.error());
  }
  remember(id);
  return answer(*result, delivery, *result != Result::kUnknown);
}

// Has the repository asked soon, if it is one that is polled.
core::Result<Webhooks::Result> Webhooks::heed(const http::Request& request, const Delivery& delivery) {
  const std::string& name = delivery.body().full_name();
  const std::string_view kind = request.header("X-GitHub-Event");
  if (!may_be_in_feeds(kind)) {
    const auto view = context_.monitor.snapshot()->find(name);
    return view && view->repository.active ? Result::kIgnored : Result::kUnknown;
  }
  const core::Hint hint{std::string(core::event_of_delivery(kind)), webhook_number(request)};
  return context_.monitor.hint(name, delivery.body().repository_id(), hint, context_.clock()).map([](bool polled) {
    return polled ? Result::kAccepted : Result::kUnknown;
  });
}

http::Response Webhooks::answer(Result result, const Delivery& delivery, bool accepted) {
  count(result);
  const auto name = core::RepoName::parse(delivery.body().full_name());
  std::string body;
  JsonWriter(body)
      .begin_object()
      .text_or_null("repository", name ? name->full_name() : std::string())
      .member("accepted", accepted)
      .end_object();
  http::PayloadOptions options;
  options.cache_control = "no-store";
  options.no_etag = true;
  return {.status = 202, .payload = http::make_payload(std::move(body), options)};
}

bool Webhooks::is_repeated(std::string_view id) {
  const std::lock_guard lock(mutex_);
  return recent_.contains(id);
}

void Webhooks::remember(std::string_view id) {
  const std::lock_guard lock(mutex_);
  if (!id.empty() && !recent_.contains(id)) recent_.add(id);
}

void Webhooks::collect(MetricFamilies& families) const {
  MetricFamily deliveries = families.counter("repopulse_webhook_deliveries_total",
                                             "Deliveries of GitHub's webhooks, by what became of them.");
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    deliveries.add(static_cast<double>(counts_[i].load(std::memory_order_relaxed)),
                   {{"result", std::string(kResultNames[i])}});
  }
}

}  // namespace repopulse::api
