// What is remembered about a feed between two polls, and over restarts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

namespace repopulse::core {

// What GitHub gave to ask "is there anything new?" with. It belongs to one URL and one token, and is opaque.
struct Validator {
  std::string etag;           // as sent, `W/` included
  std::string last_modified;  // used only where there is no ETag
  bool empty() const { return etag.empty() && last_modified.empty(); }
  friend bool operator==(const Validator&, const Validator&) = default;
};

struct PollCounters {
  std::uint64_t requests = 0;      // sent to GitHub, each page and each repetition
  std::uint64_t not_modified = 0;  // of those, answered 304
  std::uint64_t failures = 0;      // of those, answered with an error or not at all
  std::uint64_t quota_spent = 0;   // charged to the rate limit
  friend bool operator==(const PollCounters&, const PollCounters&) = default;
};

enum class RepoStatus {
  kPending,   // not asked yet
  kOk,        // the last answer was good
  kNotFound,  // 404: gone, renamed without a redirect, or private
  kMoved,     // a redirect was followed: GitHub knows it under another name
  kBlocked,   // 451, or 403 for terms of service
  kFailing,   // errors that should pass by themselves
};
std::string_view to_string(RepoStatus status);  // `pending`, `ok`, `not_found`, `moved`, `blocked`, `failing`
std::optional<RepoStatus> parse_repo_status(std::string_view text);

// One pollable feed. `feed` names it: `repos/owner/name` or `orgs/name`, lower case.
struct FeedState {
  std::string feed;
  std::string location;  // a remembered redirect, a path such as `/repositories/42/events`; empty: the usual one
  std::vector<Validator> validators;  // by page, first page first
  Millis floor{0};                    // the last X-Poll-Interval; 0: GitHub has not told one yet
  std::optional<Timestamp> last_polled_at;
  std::optional<Timestamp> last_full_at;  // the last answer that was asked for without a validator, or was no 304
  std::optional<Timestamp> next_poll_at;
  int failures_in_a_row = 0;
  int not_modified_in_a_row = 0;
  // Set while a walk is unfinished: events stored with a higher sequence number came with that walk, so meeting them
  // again proves no overlap with what was known before it.
  std::optional<std::int64_t> overlap_boundary;
  std::optional<EventTime> overlap_newest;  // the newest created_at that was stored before that walk
  RepoStatus status = RepoStatus::kPending;
  std::string status_detail;
  PollCounters counters;
  std::string policy_state;  // the policy's own memory of this feed, opaque bytes
  friend bool operator==(const FeedState&, const FeedState&) = default;
};

// A stretch in which events were lost for certain or may have been.
struct Gap {
  EventTime from{};
  EventTime to{};
  friend bool operator==(const Gap&, const Gap&) = default;
};

}  // namespace repopulse::core
