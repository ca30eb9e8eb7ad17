#include "sim/exchange.h"

#include <algorithm>
#include <charconv>

namespace repopulse::sim {
namespace {

using github::Headers;
using github::TransportFailure;

constexpr core::Seconds kRetryAfter{60};

// Value of `name=` in a query; `otherwise` when it is missing or no number.
int read_parameter(std::string_view query, std::string_view name, int otherwise) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (!pair.starts_with(name) || pair.size() <= name.size() || pair[name.size()] != '=') continue;
    const std::string_view text = pair.substr(name.size() + 1);
    int value = 0;
    const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && last == text.data() + text.size()) return value;
  }
  return otherwise;
}

std::string token_of(const Headers& headers) {
  const std::string_view text = github::header(headers, "Authorization");
  for (const std::string_view scheme : {"Bearer ", "bearer ", "token "}) {
    if (text.starts_with(scheme)) return std::string(text.substr(scheme.size()));
  }
  return {};
}

std::string error_body(std::string_view message, int status) {
  return "{\"message\":\"" + std::string(message) +
         "\",\"documentation_url\":\"https://docs.github.com/rest\",\"status\":\"" + std::to_string(status) + "\"}";
}

}  // namespace

std::string_view opaque(std::string_view etag) {
  return etag.starts_with("W/") ? etag.substr(2) : etag;
}

Query::Query(std::string_view whole, const Headers& sent, const std::optional<std::string>& posted)
    : target(whole), headers(sent), body(posted), token(token_of(sent)) {
  const auto mark = std::min(whole.find('?'), whole.size());
  path = whole.substr(0, mark);
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  query = whole.substr(std::min(mark + 1, whole.size()));
  page = std::max(1, read_parameter(query, "page", 1));
  per_page = std::clamp(read_parameter(query, "per_page", 30), 1, 100);
}

bool Query::conditional() const {
  return !github::header(headers, "If-None-Match").empty() || !github::header(headers, "If-Modified-Since").empty();
}

void Exchange::refuse(int status, std::string_view message) {
  response.status = status;
  response.body = error_body(message, status);
}

bool Exchange::play_refusal(core::Timestamp now) {
  if (!fault) return false;
  switch (*fault) {
    case Fault::kServerError:
      refuse(500, "Server Error");
      return true;
    case Fault::kBadGateway:
      response.status = 502;
      response.body = "<html><head><title>502 Bad Gateway</title></head><body>Unicorn!</body></html>";
      return true;
    case Fault::kUnavailable:
      refuse(503, "Service unavailable");
      header("Retry-After", std::to_string(kRetryAfter.count()));
      told.not_before = now + kRetryAfter;
      return true;
    case Fault::kSecondaryLimit:
    case Fault::kSilentLimit: {
      const bool silent = *fault == Fault::kSilentLimit;
      refuse(silent ? 429 : 403, "You have exceeded a secondary rate limit. Please wait a few minutes.");
      if (!silent) header("Retry-After", std::to_string(kRetryAfter.count()));
      told.nothing_before = now + kRetryAfter;  // GitHub's documentation: at least a minute
      return true;
    }
    case Fault::kTimeout:
      failure = TransportFailure::kTimeout;
      return true;
    case Fault::kReset:
      failure = TransportFailure::kReset;
      return true;
    case Fault::kTooLarge:
      failure = TransportFailure::kTooLarge;
      return true;
    default:
      return false;
  }
}

void Exchange::spoil(Random& random) {
  if (!fault || (response.status != 200 && response.status != 201)) return;
  switch (*fault) {
    case Fault::kTruncated:
      failure = TransportFailure::kTruncated;
      return;
    case Fault::kCutBody:
      response.body.resize(response.body.size() * 2 / 3);
      return;
    case Fault::kGarbage:
      for (char& c : response.body) c = static_cast<char>(random.bits());
      return;
    case Fault::kHtml:
      response.body = "<!DOCTYPE html><html><body>Sign in to continue</body></html>";
      return;
    default:
      return;
  }
}

}  // namespace repopulse::sim
