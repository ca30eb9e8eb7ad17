// Renders errors as HTTP answers in the shape of GitHub's errors. Messages are written for people; clients should look
// at status and `code`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "http/message.h"

namespace repopulse::api {

// One problem with a parameter or a body. The codes are GitHub's: `missing`, `missing_field`, `invalid`.
struct FieldError {
  std::string resource;  // `Repository`
  std::string field;     // `full_name`
  std::string code;
  std::string message;                    // for people
  std::optional<std::size_t> index = {};  // of the element, where the body is an array
};

// `{"message", "documentation_url", "status"}`
std::shared_ptr<const http::Payload> error_payload(int status, std::string_view message);

// Puts the path below which a proxy serves this server before the `documentation_url` of an error.
void keep_prefix(const http::Request& request, http::Response& response);

http::Response error_response(int status, std::string_view message);
// 422 with `errors`.
http::Response validation_failed(const std::vector<FieldError>& errors);
// For an error of a room below. Messages of the store are replaced by general ones, since they may name its address.
http::Response error_response(const core::Error& error);
http::Response not_found();
// 401
http::Response bad_credentials();
// 429, to a visitor without a key, or with a key or a user's name that has a limit.
http::Response too_many_visits(core::Seconds retry_after);
http::Response too_many_with_key(core::Seconds retry_after);
http::Response too_many_of_user(core::Seconds retry_after);

}  // namespace repopulse::api
