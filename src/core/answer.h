// What GitHub said to one request for a page of a feed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/event.h"
#include "core/feed_state.h"
#include "core/time.h"

namespace repopulse::core {

struct RateLimit {
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  std::int64_t used = 0;
  EventTime reset{};     // by GitHub's clock
  std::string resource;  // `core`
};

enum class AnswerKind {
  kEvents,          // 200 with a page of events
  kNotModified,     // 304
  kEndOfFeed,       // 422 past the last page
  kRedirect,        // 301, 302, 307, 308: `location` says where to
  kUnauthorized,    // 401
  kNotFound,        // 404, 410
  kBlocked,         // 451, or 403 for terms of service
  kForbidden,       // 403 of any other kind
  kPrimaryLimit,    // 403 or 429 with nothing remaining: wait for `rate_limit->reset`
  kSecondaryLimit,  // 403 or 429 "secondary rate limit" or with Retry-After
  kServerError,     // 5xx
  kBadAnswer,       // garbage: no JSON, no array, an unexpected status
  kNoAnswer,        // the transport failed
};
std::string_view to_string(AnswerKind kind);

struct Answer {
  AnswerKind kind = AnswerKind::kNoAnswer;
  int status = 0;             // 0 when there was no answer
  std::vector<Event> events;  // kEvents, in GitHub's order, each key at most once
  std::size_t malformed = 0;  // elements of the page that are no events (no id, no created_at, …): passed over, counted
  std::size_t page_entries = 0;         // elements of the page, malformed and repeated ones too
  Validator validator;                  // kEvents
  bool has_next = false;                // Link says that there is a further page
  bool linked = true;                   // a Link came
  std::string location;                 // kRedirect: path on the API root's origin, or empty when it leads elsewhere
  bool permanent = false;               // kRedirect: 301 or 308
  std::optional<Millis> poll_interval;  // X-Poll-Interval
  std::optional<RateLimit> rate_limit;
  std::optional<Millis> retry_after;  // from seconds, or from a date against the answer's own Date, else our clock
  std::optional<EventTime> date;      // GitHub's clock
  std::string message;  // kinds that are errors: one line for people, without secrets, at most 300 characters
};

}  // namespace repopulse::core
