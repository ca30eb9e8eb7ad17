#include "http/exchange.h"

#include <chrono>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "base/join.h"
#include "http/loop.h"
#include "http/negotiation.h"

namespace repopulse::http {
namespace {

constexpr std::string_view kStreamLines =
    "Content-Type: text/event-stream\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n";

bool may_have_body(int status) {
  return status != 204 && status != 304;
}

// What of a payload one client gets.
struct Representation {
  std::shared_ptr<const Payload> payload;
  std::string_view body;
  std::string_view header_lines;
};

Representation represent(std::shared_ptr<const Payload> payload, bool compress, Response& response) {
  if (compress && payload->gzip_body.empty()) {
    auto packed = std::make_shared<Payload>(*payload);
    packed->gzip_body = gzip(payload->body);
    payload = std::move(packed);
  }
  Representation chosen{std::move(payload), {}, {}};
  const Payload& from = *chosen.payload;
  chosen.body = from.body;
  chosen.header_lines = from.header_lines;
  if (compress && !from.gzip_body.empty()) {
    chosen.body = from.gzip_body;
    if (from.gzip_header_lines.empty()) {
      response.headers.emplace_back("Content-Encoding", "gzip");
    } else {
      chosen.header_lines = from.gzip_header_lines;
    }
  }
  return chosen;
}

}  // namespace

void Exchange::begin(const RequestReader& reader, std::string_view remote_address, bool secure) {
  started_ = Clock::now();
  request_.method = reader.method();
  request_.method_name = reader.method_name();
  request_.target = reader.target();
  request_.path = reader.path().empty() ? "/" : reader.path();
  request_.query = reader.query();
  request_.body = reader.body();
  request_.received = reader.receiver();
  const TrustedProxies& proxies = loop_.server().settings.trusted_proxies;
  request_.remote_address =
      proxies.empty() ? remote_address : proxies.client(remote_address, reader.headers("x-forwarded-for"));
  request_.from_trusted_proxy = proxies.trusts(remote_address);
  request_.secure = secure;
  request_.base_path = loop_.server().settings.base_path;
  request_.header_context = &reader;
  request_.find_header = [](const void* context, std::string_view name) {
    return static_cast<const RequestReader*>(context)->header(name);
  };
  request_.find_headers = [](const void* context, std::string_view name) {
    return static_cast<const RequestReader*>(context)->headers(name);
  };
  request_.request_id = reader.header("x-request-id");
  if (!is_sane_request_id(request_.request_id)) {
    loop_.make_request_id(generated_id_);
    request_.request_id = generated_id_;
  }
}

void Exchange::reset() {
  response_ = {};
  route_ = nullptr;
}

// A proxy that serves this server below a path may strip that path or pass it on.
Router::Match Exchange::find_route() {
  const Router& router = loop_.server().router;
  Router::Match match = router.match(request_);
  const auto found = [&match] { return match.route || match.path_known || match.malformed; };
  if (found()) return match;  // the usual case: no field is looked for
  for (const std::string_view prefix : {request_.prefix(), request_.base_path}) {
    if (found() || prefix.empty() || !request_.path.starts_with(prefix)) continue;
    std::string_view rest = request_.path.substr(prefix.size());
    if (rest.empty()) rest = "/";
    if (!rest.starts_with('/')) continue;
    const std::string_view whole = std::exchange(request_.path, rest);
    match = router.match(request_);
    if (!found()) request_.path = whole;
  }
  return match;
}

std::unique_ptr<BodyReceiver> Exchange::make_receiver() {
  const Route* route = find_route().route;
  if (!route || !route->receive) return nullptr;
  try {
    return route->receive(request_);
  } catch (const std::exception& error) {
    loop_.server().report(request_.request_id, error.what());
    return nullptr;
  }
}

bool Exchange::handle_on_loop() {
  const Router::Match match = find_route();
  route_ = match.route;
  if (!route_) {
    if (match.malformed) {
      response_ = error_response(400, "The path's percent-encoding is malformed");
    } else {
      refuse_method(match);
    }
    return true;
  }
  if (!route_->blocking) {
    handle();
    return true;
  }
  if (!route_->quick) return false;
  std::optional<Response> response = guarded(route_->quick);
  if (!response) return false;
  response_ = std::move(*response);
  return true;
}

void Exchange::handle() {
  response_ = guarded(route_->handler);
}

void Exchange::refuse_method(const Router::Match& match) {
  std::string allowed = base::join(match.allowed, ", ");
  if (request_.path == "*") allowed = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
  const bool never_allowed = request_.method_name == "TRACE" || request_.method_name == "CONNECT";
  if (request_.method == Method::kOptions && !allowed.empty()) {
    response_.status = 204;
  } else if (match.path_known || never_allowed) {
    response_ = error_response(405, "The method is not allowed here");
  } else {
    response_ = error_response(404, "Not Found");
    return;
  }
  response_.headers.emplace_back("Allow", std::move(allowed));
}

Response Exchange::error_response(int status, std::string_view message) const {
  Response response;
  response.status = status;
  const auto& make = loop_.server().hooks.error_payload;
  if (make) {
    response.payload = make(status, message);
  } else {
    PayloadOptions options;
    options.content_type = "text/plain; charset=utf-8";
    options.cache_control = "no-store";
    options.no_etag = true;
    response.payload = make_payload(std::string(message) + "\n", options);
  }
  return response;
}

void Exchange::adapt_error() {
  const auto& adapt = loop_.server().hooks.adapt_error;
  if (adapt && response_.status >= 400) adapt(request_, response_);
}

template <typename Function>
std::invoke_result_t<Function, const Request&> Exchange::guarded(const Function& handler) const {
  try {
    return handler(request_);
  } catch (const std::exception& error) {
    loop_.server().report(request_.request_id, error.what());
  } catch (...) {
    loop_.server().report(request_.request_id, "an exception of unknown type");
  }
  return error_response(500, "Internal Server Error");
}

std::size_t Exchange::write(const RequestReader& reader, bool last, Output& output) {
  const bool is_read = request_.method == Method::kGet || request_.method == Method::kHead;
  const std::shared_ptr<const Payload>& payload = response_.payload;  // adapt_error() may change it
  if (payload && is_read && response_.status == 200 && !payload->etag.empty() &&
      etag_matches(reader.if_none_match(), payload->etag)) {
    response_.status = 304;
  }
  adapt_error();
  const bool has_body = may_have_body(response_.status);
  Representation chosen;
  if (payload) {
    const bool compress = has_body && (payload->compress_when_asked || !payload->gzip_body.empty()) &&
                          accepts_gzip(reader.accept_encoding());
    chosen = represent(payload, compress, response_);
  }
  ResponseHead head = common_head(reader, last);
  head.payload_lines = chosen.header_lines;
  if (response_.stream) {  // HEAD: what a GET would begin with
    head.payload_lines = kStreamLines;
    head.chunked = !reader.is_http_1_0();
  } else if (has_body) {
    head.content_length = chosen.body.size();
  }
  append_head(output.text(), response_, head);
  if (!has_body || request_.method == Method::kHead) return 0;
  const std::size_t size = chosen.body.size();
  output.append_body(chosen.body, std::move(chosen.payload));
  return size;
}

void Exchange::write_stream_head(const RequestReader& reader, Output& output) {
  ResponseHead head = common_head(reader, true);
  head.payload_lines = kStreamLines;
  head.chunked = !reader.is_http_1_0();
  append_head(output.text(), response_, head);
}

// The reader's views of the request may be bad here, so nothing is negotiated.
void Exchange::refuse(const RequestReader& reader, const RequestReader::Failure& failure,
                      std::string_view remote_address, Output& output) {
  started_ = Clock::now();
  request_ = {};
  request_.base_path = loop_.server().settings.base_path;
  request_.remote_address = remote_address;
  loop_.make_request_id(generated_id_);
  request_.request_id = generated_id_;
  response_ = error_response(failure.status, failure.message);
  if (failure.status == 503) response_.headers.emplace_back("Retry-After", "1");
  adapt_error();
  ResponseHead head = common_head(reader, true);
  const std::string_view body = response_.payload ? std::string_view(response_.payload->body) : std::string_view{};
  if (response_.payload) head.payload_lines = response_.payload->header_lines;
  head.content_length = body.size();
  append_head(output.text(), response_, head);
  output.text().append(body);
  record(body.size(), false);
}

ResponseHead Exchange::common_head(const RequestReader& reader, bool last) const {
  ResponseHead head;
  head.date_line = loop_.date_line();
  head.common_lines = loop_.server().hooks.header_lines;
  if (reader.method() == Method::kOptions) head.options_lines = loop_.server().hooks.options_header_lines;
  head.request_id = request_.request_id;
  head.close = last;
  head.say_keep_alive = reader.is_http_1_0();
  return head;
}

void Exchange::record(std::size_t bytes, bool is_stream) const {
  const auto& on_access = loop_.server().hooks.on_access;
  if (!on_access) return;
  Access access;
  access.request_id = request_.request_id;
  access.method = request_.method_name;
  access.target = request_.target;
  access.verb = request_.method;
  if (route_) {
    access.route = route_->pattern;
    access.route_id = route_->id;
  }
  access.remote_address = request_.remote_address;
  access.status = response_.status;
  access.bytes = bytes;
  access.is_stream = is_stream;
  access.took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started_);
  on_access(access);
}

}  // namespace repopulse::http
