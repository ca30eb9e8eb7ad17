// What GitHub answered to one request for a page of a feed, as a value: kind, events, headers that matter.
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
  kRedirect,        // 301, 302, 303, 307, 308: `location` says where to
  kUnauthorized,    // 401
  kNotFound,        // 404, 410
  kBlocked,         // 451, or 403 for terms of service
  kForbidden,       // 403 of any other kind: this token, or this server, may not read it
  kPrimaryLimit,    // 403 or 429 with nothing remaining: wait for `rate_limit->reset`
  kSecondaryLimit,  // 403 or 429 that speaks of a limit, or with Retry-After
  kServerError,     // 5xx
  kBadAnswer,       // not JSON, not an array, or an unexpected status
  kNoAnswer,        // the transport failed
};
std::string_view to_string(AnswerKind kind);

// An entry of a page that may have been an event and could not be read.
struct UnreadEntry {
  std::size_t position = 0;  // how many events of the answer stand before it
  std::uint64_t digest = 0;  // of its bytes; 0: it never came
  friend bool operator==(const UnreadEntry&, const UnreadEntry&) = default;
};

struct Answer {
  AnswerKind kind = AnswerKind::kNoAnswer;
  int status = 0;             // 0 when there was no answer
  std::vector<Event> events;  // kEvents, in GitHub's order, each key at most once
  std::size_t malformed = 0;  // elements of the page that are not events (no id, no created_at, …): skipped and counted
  std::vector<UnreadEntry> unread;      // of those, the ones that may have been events
  std::size_t page_entries = 0;         // all elements of the page, also malformed and repeated ones
  bool too_large = false;               // kNoAnswer: the body was larger than the limit; smaller pages may not be
  Validator validator;                  // kEvents
  bool has_next = false;                // the Link header says that there is a further page
  bool linked = true;                   // there was a Link header
  std::string location;                 // kRedirect: path on the API root's origin; empty when it leads to another one
  bool permanent = false;               // kRedirect: 301 or 308
  std::optional<Millis> poll_interval;  // X-Poll-Interval
  std::optional<RateLimit> rate_limit;
  std::optional<Millis> retry_after;  // in seconds, or a date minus the answer's Date (or our clock)
  std::optional<EventTime> date;      // GitHub's clock
  Millis took{0};                     // from the request to the answer, or until none was awaited any more
  // For kinds that are errors, and for redirects that cannot be followed: one line for people, without secrets, at most
  // 900 bytes.
  std::string message;
};

// GitHub's number of the repository that a page shows: that of its newest event. 0: none of its events says.
std::uint64_t github_id_of(const std::vector<Event>& events);

}  // namespace repopulse::core
