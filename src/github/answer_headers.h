// The headers of GitHub's answers that are alike in the REST and the GraphQL API, as values: how much of a quota is
// left, how long to wait. Pure; a header that makes no sense counts as not sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/answer.h"
#include "core/time.h"
#include "github/transport.h"

namespace repopulse::github {

// GitHub's limits end within the hour: a longer wait is an error.
inline constexpr std::int64_t kLongestWaitSeconds = 24 * 3600;

// A decimal number from 0 to kLargestCount, and nothing else.
std::optional<std::int64_t> read_count(std::string_view text);

// Retry-After (RFC 9110, section 10.2.3). `date`: the time of the answer, by the clock of the server that wrote it.
std::optional<core::Millis> read_retry_after(const Headers& headers, core::EventTime date);

// A quota of which `limit` and `used` may not be told: they follow from the rest as well as they can.
core::RateLimit to_rate_limit(std::int64_t remaining, core::EventTime reset, std::optional<std::int64_t> limit,
                              std::optional<std::int64_t> used, std::string_view resource);

// X-RateLimit-*. `resource`: what they are about where they do not say.
std::optional<core::RateLimit> read_rate_limit(const Headers& headers, std::string_view resource);

// `X-RateLimit-Remaining: 0`, whatever the other headers say.
bool says_used_up(const Headers& headers);

}  // namespace repopulse::github
