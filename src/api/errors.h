// Errors as answers, in the shape that GitHub's have.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "http/message.h"

namespace repopulse::api {

// One thing that is wrong with a parameter or a body. Codes are GitHub's: `missing`, `missing_field`, `invalid`.
struct FieldError {
  std::string resource;  // `Repository`
  std::string field;     // `full_name`
  std::string code;
  std::string message;                    // for people
  std::optional<std::size_t> index = {};  // of the element, where the body is an array
};

// `{"message", "documentation_url", "status"}`
std::shared_ptr<const http::Payload> error_payload(int status, std::string_view message);

http::Response error_response(int status, std::string_view message);
// 422 with `errors`.
http::Response validation_failed(const std::vector<FieldError>& errors);
// What the caller of the API is told of an error below it. Nothing of the store's own words: they may name its place.
http::Response error_response(const core::Error& error);
http::Response not_found();

}  // namespace repopulse::api
