// GitHub's Events API as values: the request for a page of events, and what an answer means. Pure: no network, no
// clock.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer.h"
#include "core/event.h"
#include "core/events_feed.h"
#include "core/feed_state.h"
#include "core/result.h"
#include "core/time.h"
#include "github/transport.h"

namespace repopulse::github {

struct ApiRoot {
  std::string url = "https://api.github.com";  // no trailing slash; GitHub Enterprise: https://HOST/api/v3
  std::string token;                           // empty: unauthenticated
  std::string user_agent = "repopulse";
  // Where `url` is a proxy: the root that it stands for, as answers name it (see replaced_root()). Redirects to it lead
  // through the proxy, as those to api.github.com do. Empty: not known.
  std::string replaces{};
};

// The usual path of a feed, by its name (core/feed_name.h): `/repos/o/r/events`, `/orgs/o/events`,
// `/users/login/received_events`.
std::string feed_path(std::string_view feed);

// Asks for page `page` (from 1) of `per_page` events of the feed at `path`, which may also be an absolute URL. The
// token is sent to the API root's origin only.
HttpRequest events_request(const ApiRoot& root, std::string_view path, int page, const core::Validator& validator,
                           std::size_t per_page = core::kEventsPerPage);
HttpRequest rate_limit_request(const ApiRoot& root);

// What the result of `request` means. `received`: when it came, by our clock. Any body is handled, however broken. The
// token of the request appears in no message.
core::Answer interpret(const ApiRoot& root, const HttpRequest& request, const HttpResult& result,
                       core::Timestamp received);

// Parses the events of a page. `events` keeps the exact bytes of each element. An element that is not valid JSON spoils
// none of its neighbours. Fails when `body` is not an array at all.
struct ParsedPage {
  std::vector<core::Event> events;
  std::size_t malformed = 0;              // elements that are not events
  std::vector<core::UnreadEntry> unread;  // of those, the ones that may have been events
  std::size_t entries = 0;                // all elements
};
core::Result<ParsedPage> parse_events(std::string_view body);

// Parses the answer of /rate_limit: the resource `core`.
core::Result<core::RateLimit> parse_rate_limit(std::string_view body);

// The target with rel="next" of a Link header (RFC 8288), if there is one.
std::optional<std::string> next_link(std::string_view link_header);

}  // namespace repopulse::github
