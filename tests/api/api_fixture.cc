#include "tests/api/api_fixture.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "base/text.h"
#include "http/negotiation.h"
#include "polling/fixed_policy.h"

namespace repopulse::api::test {
namespace {

KeyMaterial material(unsigned char fill) {
  KeyMaterial made{};
  made.id.fill(fill);
  made.secret.fill(fill);
  made.salt.fill(fill);
  return made;
}

std::string_view find_field(const void* context, std::string_view name) {
  for (const auto& [key, value] : *static_cast<const Fields*>(context)) {
    if (http::equals_ignoring_case(key, name)) return value;
  }
  return {};
}

std::vector<std::string_view> find_fields(const void* context, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : *static_cast<const Fields*>(context)) {
    if (http::equals_ignoring_case(key, name)) values.emplace_back(value);
  }
  return values;
}

void take_lines(std::string_view lines, std::map<std::string, std::string>& headers) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find("\r\n"));
    lines.remove_prefix(line.size() + 2);
    const std::size_t colon = line.find(": ");
    headers[base::to_lower(line.substr(0, colon))] = line.substr(colon + 2);
  }
}

bool shows_key(const Fields& fields) {
  return !find_field(&fields, "X-API-Key").empty() || !find_field(&fields, "Authorization").empty();
}

}  // namespace

std::string Answer::header(const std::string& name) const {
  const auto at = headers.find(base::to_lower(name));
  return at == headers.end() ? "" : at->second;
}

boost::json::value Answer::json() const {
  boost::system::error_code code;
  boost::json::value value = boost::json::parse(body, code);
  EXPECT_FALSE(code) << "no JSON: " << body.substr(0, 500);
  return value;
}

std::string event_json(std::uint64_t id, core::EventTime at, std::string_view type, std::string_view actor) {
  return R"({"id":")" + std::to_string(id) + R"(","type":")" + std::string(type) + R"(","actor":{"login":")" +
         std::string(actor) + R"("},"repo":{"name":"o/r"},"payload":{},"public":true,"created_at":")" +
         core::format_rfc3339(at) + R"("})";
}

std::string sign(std::string_view body, std::string_view secret) {
  unsigned char digest[32] = {};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest, &size);
  std::string text = "sha256=";
  for (const unsigned char byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

ApiTest::ApiTest() {
  const MadeKey admin = make_key(store::KeyRole::kAdmin, "admin", material(1), now_);
  const MadeKey read = make_key(store::KeyRole::kRead, "read", material(2), now_);
  EXPECT_TRUE(store_.add_key(admin.kept));
  EXPECT_TRUE(store_.add_key(read.kept));
  EXPECT_TRUE(keys_.refresh());
  admin_key_ = key_ = admin.text;
  read_key_ = read.text;

  restart();
}

void ApiTest::restart() {
  router_.reset();
  api_.reset();
  monitor::MonitorSettings settings;
  settings.github.token = "secret";
  settings.max_active = 2;
  settings.bots = core::BotPatterns::well_known();
  monitor_ = std::make_unique<monitor::Monitor>(
      store_, std::make_unique<polling::FixedPolicy>(polling::PolicySettings{300s, {}}), settings);
  EXPECT_TRUE(monitor_->start(now_));
  serve();
}

void ApiTest::serve() {
  router_ = std::make_unique<http::Router>();
  api_.reset();  // the keys have one listener
  ApiSettings settings{"1.2.3", github::ApiRoot{}.url, webhook_secret_, public_};
  settings.public_limit = public_limit_;
  settings.key_limit = key_limit_;
  settings.proxy_auth = proxy_auth_;
  api_ = std::make_unique<Api>(*monitor_, store_, keys_, settings, [this] { return now_; });
  api_->add_routes(*router_);
}

std::optional<http::Response> ApiTest::handle(http::Method method, std::string_view target, std::string_view body,
                                              Fields fields, bool& path_known) {
  if (!key_.empty() && !shows_key(fields)) fields.emplace_back("X-API-Key", key_);
  if (find_field(&fields, "Host").empty()) fields.emplace_back("Host", "pulse.example:8080");
  http::Request request;
  request.method = method;
  request.target = target;
  request.path = target.substr(0, target.find('?'));
  if (request.path.size() < target.size()) request.query = target.substr(request.path.size() + 1);
  request.body = body;
  request.remote_address = remote_;
  request.from_trusted_proxy = from_trusted_proxy_;
  request.header_context = &fields;
  request.find_header = &find_field;
  request.find_headers = &find_fields;

  const http::Router::Match match = router_->match(request);
  path_known = match.path_known;
  if (!match.route) return std::nullopt;
  std::unique_ptr<http::BodyReceiver> receiver;
  if (match.route->receive && !body.empty()) receiver = match.route->receive(request);
  if (receiver) {
    for (std::string_view rest = body; !rest.empty(); rest.remove_prefix(std::min<std::size_t>(7, rest.size()))) {
      receiver->take(rest.substr(0, 7));
    }
    request.body = {};
    request.received = receiver.get();
  }
  std::optional<http::Response> response;
  if (match.route->quick) response = match.route->quick(request);
  return response ? std::move(response) : match.route->handler(request);
}

Answer ApiTest::ask(http::Method method, std::string_view target, std::string_view body, Fields fields) {
  bool path_known = false;
  const auto response = handle(method, target, body, std::move(fields), path_known);
  Answer answer;
  if (!response) {
    answer.status = path_known ? 405 : 404;
    return answer;
  }
  answer.status = response->status;
  answer.delay = response->delay;
  if (response->payload) {
    answer.body = response->payload->body;
    answer.etag = response->payload->etag;
    take_lines(response->payload->header_lines, answer.headers);
  }
  for (const auto& [name, value] : response->headers) answer.headers[base::to_lower(name)] = value;
  return answer;
}

http::Response ApiTest::ask_for_stream(std::string_view target, Fields fields) {
  bool path_known = false;
  return handle(http::Method::kGet, target, {}, std::move(fields), path_known).value_or(http::Response{});
}

Answer ApiTest::get_with(std::string_view target, std::string_view key) {
  return get(target, {{"X-API-Key", std::string(key)}});
}

void ApiTest::add(const std::string& name, bool active) {
  const store::NewRepository repository{*core::RepoName::parse(name), active};
  const auto added = monitor_->add({&repository, 1}, now_);
  ASSERT_TRUE(added) << added.error().message;
}

void ApiTest::poll(const std::vector<std::string>& events) {
  ASSERT_TRUE(std::holds_alternative<github::HttpRequest>(monitor_->next(now_))) << "nothing is due";
  std::string body = "[";
  for (const std::string& event : events) body += (body.size() > 1 ? "," : "") + event;
  answer({200, {{"ETag", "W/\"a\""}, {"X-Poll-Interval", "60"}}, body + "]"});
}

void ApiTest::poll(int status) {
  ASSERT_TRUE(std::holds_alternative<github::HttpRequest>(monitor_->next(now_))) << "nothing is due";
  answer({status, {{"X-Poll-Interval", "60"}}, R"({"message":"no"})"});
}

void ApiTest::answer(github::HttpResponse response) {
  if (date_) response.headers.emplace_back("Date", core::format_http_date(*date_));
  monitor_->absorb(response, now_);
}

}  // namespace repopulse::api::test
