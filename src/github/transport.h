// One HTTP request and its answer, as values, and the interface Transport that sends them. Nothing here opens a
// connection.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/time.h"

namespace repopulse::github {

using Headers = std::vector<std::pair<std::string, std::string>>;
// The first header of that name, without regard to case; empty when there is none.
std::string_view header(const Headers& headers, std::string_view name);

struct HttpRequest {
  std::string url;  // absolute
  Headers headers;
  core::Millis time_limit{0};  // for the whole answer; 0, or longer than the transport's own: the transport's own
  std::optional<std::string> body{};  // nullopt: the method is GET; else it is POST
};

struct HttpResponse {
  int status = 0;
  Headers headers;   // of the final answer, not of 1xx ones
  std::string body;  // inflated
};

// Why there was no whole answer. kTooLarge: the body is larger than the limit; a smaller page may not be.
enum class TransportFailure { kConnect, kTimeout, kReset, kTruncated, kTooLarge, kTls, kOther };
std::string_view to_string(TransportFailure failure);
struct TransportError {
  TransportFailure failure = TransportFailure::kOther;
  std::string message;
};
using HttpResult = tl::expected<HttpResponse, TransportError>;

class Transport {
 public:
  virtual ~Transport() = default;
  // Waits until the whole answer is there or the time limit has passed. Does not follow redirects.
  virtual HttpResult send(const HttpRequest& request) = 0;
};

}  // namespace repopulse::github
