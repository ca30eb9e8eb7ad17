// What is remembered about a feed between two polls, and across restarts: a value that the store keeps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

namespace repopulse::core {

// What GitHub sent so that the next request can ask "has this page changed?". Opaque; belongs to one URL and one token.
struct Validator {
  std::string etag;           // as it came, with `W/`
  std::string last_modified;  // used only if there is no ETag
  bool empty() const { return etag.empty() && last_modified.empty(); }
  friend bool operator==(const Validator&, const Validator&) = default;
};

struct PollCounters {
  std::uint64_t requests = 0;      // sent to GitHub; each page and each repetition counts
  std::uint64_t not_modified = 0;  // of those, answered 304
  std::uint64_t failures = 0;      // of those, answered with an error or not at all
  std::uint64_t quota_spent = 0;   // charged to the rate limit
  friend bool operator==(const PollCounters&, const PollCounters&) = default;
};

enum class RepoStatus {
  kPending,    // not asked yet
  kOk,         // the last answer was as expected
  kNotFound,   // 404: deleted, renamed without a redirect, or private
  kMoved,      // a redirect was followed: it has another name at GitHub
  kReplaced,   // the name was given to another repository lately
  kForbidden,  // 403: the token, or this server, may not read it
  kBlocked,    // 451, or 403 for terms of service
  kFailing,    // errors that should end without anybody's help
};
std::string_view to_string(RepoStatus status);  // `pending`, `ok`, `not_found`, …
std::optional<RepoStatus> parse_repo_status(std::string_view text);

// The state of one feed. `feed`: its name (core/feed_name.h).
struct FeedState {
  std::string feed;
  std::string location;               // where a redirect led, such as `/repositories/42/events`; empty: the usual path
  std::vector<Validator> validators;  // by page, first page first
  Millis floor{0};                    // the last X-Poll-Interval; 0: GitHub has not sent one yet
  std::optional<Timestamp> last_polled_at;
  std::optional<Timestamp>
      last_full_at;  // when the last answer came that was not a 304, or was asked for without a validator
  std::optional<Timestamp> next_poll_at;
  int failures_in_a_row = 0;
  int not_modified_in_a_row = 0;
  // Set while a walk is unfinished. Events with a higher sequence number were stored by that walk: to find them in the
  // feed again does not prove an overlap with what was stored before it.
  std::optional<std::int64_t> overlap_boundary;
  // The newest created_at that polls have brought: all up to it is known, but for gaps. 1970: none.
  std::optional<EventTime> overlap_newest;
  // Which repository it is: GitHub's number, not the name. 0: not known yet.
  std::uint64_t github_id = 0;
  std::uint64_t replaced_id = 0;         // the number that the name had before; 0: it never had another
  std::optional<Timestamp> replaced_at;  // when that was seen
  RepoStatus status = RepoStatus::kPending;
  std::string status_detail;
  PollCounters counters;
  std::string policy_state;  // the policy's own memory of this feed, opaque bytes
  friend bool operator==(const FeedState&, const FeedState&) = default;
};

// A time span in which events were lost, or may have been lost.
struct Gap {
  EventTime from{};
  EventTime to{};
  friend bool operator==(const Gap&, const Gap&) = default;
};

}  // namespace repopulse::core
