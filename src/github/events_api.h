// GitHub's Events API as values: what to ask, and what an answer means. Pure: no network, no clock.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer.h"
#include "core/event.h"
#include "core/feed_state.h"
#include "core/result.h"
#include "core/time.h"
#include "github/transport.h"

namespace repopulse::github {

struct ApiRoot {
  std::string url = "https://api.github.com";  // no trailing slash; GitHub Enterprise: https://HOST/api/v3
  std::string token;                           // empty: unauthenticated
  std::string user_agent = "repopulse";
};

// The usual path of a feed (`repos/o/r` or `orgs/o`): `/repos/o/r/events`.
std::string feed_path(std::string_view feed);

// Page `page` (from 1) of the feed at `path` (or at the absolute URL `path` when it is on the API root's origin). The
// token goes along only to the API root's origin.
HttpRequest events_request(const ApiRoot& root, std::string_view path, int page, const core::Validator& validator);
HttpRequest rate_limit_request(const ApiRoot& root);

// What a transport's result means, by our clock come at `received`. Bodies of any size and content are survived.
core::Answer interpret(const ApiRoot& root, const HttpResult& result, core::Timestamp received);

// The events of a page, parsed. `events` keeps the exact bytes of each element. Fails when `body` is no JSON array.
struct ParsedPage {
  std::vector<core::Event> events;
  std::size_t malformed = 0;
  std::size_t entries = 0;
};
core::Result<ParsedPage> parse_events(std::string_view body);

// The answer of /rate_limit: the core resource.
core::Result<core::RateLimit> parse_rate_limit(std::string_view body);

// RFC 8288: the target with rel="next", if it is there.
std::optional<std::string> next_link(std::string_view link_header);

}  // namespace repopulse::github
