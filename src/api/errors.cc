#include "api/errors.h"

#include "api/json_writer.h"

namespace repopulse::api {
namespace {

constexpr std::string_view kDocumentation = "/api/docs";
constexpr std::string_view kStoreRetrySeconds = "5";

std::shared_ptr<const http::Payload> error_body(std::string body) {
  http::PayloadOptions options;
  options.no_etag = true;
  options.compress = false;
  options.cache_control = "no-store";
  return http::make_payload(std::move(body), options);
}

JsonWriter& begin_error(JsonWriter& json, std::string_view message) {
  return json.begin_object().member("message", message);
}

void end_error(JsonWriter& json, int status) {
  json.member("documentation_url", kDocumentation).member("status", std::to_string(status)).end_object();
}

}  // namespace

// An unescaped quote cannot stand inside a JSON string, so this text is found only where end_error() wrote it.
void keep_prefix(const http::Request& request, http::Response& response) {
  const std::string_view prefix = request.prefix();
  if (prefix.empty() || !response.payload) return;
  const std::string address = "\"documentation_url\":\"";
  const std::size_t at = response.payload->body.rfind(address + std::string(kDocumentation));
  if (at == std::string::npos) return;
  auto changed = std::make_shared<http::Payload>(*response.payload);
  changed->body.insert(at + address.size(), prefix);
  response.payload = std::move(changed);
}

std::shared_ptr<const http::Payload> error_payload(int status, std::string_view message) {
  std::string body;
  JsonWriter json(body);
  begin_error(json, message);
  end_error(json, status);
  return error_body(std::move(body));
}

http::Response error_response(int status, std::string_view message) {
  return {.status = status, .payload = error_payload(status, message)};
}

http::Response validation_failed(const std::vector<FieldError>& errors) {
  std::string body;
  JsonWriter json(body);
  begin_error(json, "Validation Failed").key("errors").begin_array();
  for (const FieldError& error : errors) {
    json.begin_object().member("resource", error.resource).member("field", error.field).member("code", error.code);
    if (error.index) json.member("index", *error.index);
    json.member("message", error.message).end_object();
  }
  json.end_array();
  end_error(json, 422);
  return {.status = 422, .payload = error_body(std::move(body))};
}

http::Response error_response(const core::Error& error) {
  switch (error.kind) {
    case core::ErrorKind::kBadInput:
      return error_response(422, error.message);
    case core::ErrorKind::kNotFound:
      return not_found();
    case core::ErrorKind::kConflict:
      return error_response(409, error.message);
    case core::ErrorKind::kUnavailable:
    case core::ErrorKind::kStale: {
      http::Response response = error_response(503, "The store does not answer; try again later");
      response.headers.emplace_back("Retry-After", kStoreRetrySeconds);
      return response;
    }
    case core::ErrorKind::kCorrupt:
      break;
  }
  return error_response(500, "The data in the store are damaged; see the log");
}

http::Response not_found() {
  return error_response(404, "Not Found");
}

http::Response bad_credentials() {
  http::Response response = error_response(401, "Bad credentials");
  response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"repopulse\"");
  return response;
}

namespace {

http::Response too_many(std::string_view message, core::Seconds retry_after) {
  http::Response response = error_response(429, message);
  response.headers.emplace_back("Retry-After", std::to_string(retry_after.count()));
  return response;
}

}  // namespace

http::Response too_many_visits(core::Seconds retry_after) {
  return too_many("Too many requests without a key from this address; with a key they are not counted", retry_after);
}

http::Response too_many_with_key(core::Seconds retry_after) {
  return too_many("Too many requests with this key", retry_after);
}

http::Response too_many_of_user(core::Seconds retry_after) {
  return too_many("Too many requests of this user", retry_after);
}

}  // namespace repopulse::api
