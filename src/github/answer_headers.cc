#include "github/answer_headers.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "github/limits.h"

namespace repopulse::github {

std::optional<std::int64_t> read_count(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > kLargestCount) {
    return std::nullopt;
  }
  return value;
}

std::optional<core::Millis> read_retry_after(const Headers& headers, core::EventTime date) {
  const std::string_view text = header(headers, "Retry-After");
  if (const auto seconds = read_count(text)) return core::Seconds(std::min(*seconds, kLongestWaitSeconds));
  const auto until = core::parse_http_date(text);
  if (!until) return std::nullopt;
  return std::clamp<core::Seconds>(*until - date, core::Seconds(0), core::Seconds(kLongestWaitSeconds));
}

core::RateLimit to_rate_limit(std::int64_t remaining, core::EventTime reset, std::optional<std::int64_t> limit,
                              std::optional<std::int64_t> used, std::string_view resource) {
  core::RateLimit told;
  told.remaining = remaining;
  told.limit = limit.value_or(remaining + used.value_or(0));
  told.used = used.value_or(std::max<std::int64_t>(told.limit - remaining, 0));
  told.reset = reset;
  told.resource = resource;
  return told;
}

std::optional<core::RateLimit> read_rate_limit(const Headers& headers, std::string_view resource) {
  const auto remaining = read_count(header(headers, "X-RateLimit-Remaining"));
  const auto reset = read_count(header(headers, "X-RateLimit-Reset"));
  if (!remaining || !reset || *reset > kLatestSecond) return std::nullopt;
  const std::string_view named = header(headers, "X-RateLimit-Resource").substr(0, 50);
  return to_rate_limit(*remaining, core::event_time_from_unix(*reset), read_count(header(headers, "X-RateLimit-Limit")),
                       read_count(header(headers, "X-RateLimit-Used")), named.empty() ? resource : named);
}

bool says_used_up(const Headers& headers) {
  return read_count(header(headers, "X-RateLimit-Remaining")) == 0;
}

}  // namespace repopulse::github
