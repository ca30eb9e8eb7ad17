// What a subscriber of the monitor hears: stored events, changed statistics, finished requests. Values and callbacks
// only; Monitor::subscribe() takes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/repo_name.h"
#include "core/time.h"
#include "monitor/snapshot.h"
#include "store/store.h"

namespace repopulse::monitor {

// One answer of GitHub, after it was stored.
struct PollReport {
  std::string feed;
  std::string repository;  // full name; empty for an organisation's feed
  core::Timestamp at{};
  std::string outcome;  // core::to_string(AnswerKind)
  int status = 0;       // of HTTP; 0: there was no answer
  std::size_t new_events = 0;
  std::size_t malformed = 0;  // entries that are not events, and are not stored
  bool not_modified = false;
  std::optional<core::Timestamp> next_poll_at;
  std::string detail;
  core::Millis took{0};             // from the request to the answer
  std::vector<core::Millis> waits;  // of each new event at GitHub, created_at to stored; none at a first contact
};

// One answer to a change probe.
struct ProbeReport {
  core::Timestamp at{};
  std::string outcome;           // core::to_string(AnswerKind)
  bool good = false;             // it told something
  int status = 0;                // of HTTP; 0: there was no answer
  std::size_t repositories = 0;  // that it tells of
  std::int64_t cost = 0;         // points of the GraphQL quota
  std::string detail;            // of an error
  core::Millis took{0};
};

// One answer to the request for a token of the GitHub App.
struct TokenReport {
  core::Timestamp at{};
  bool good = false;
  int status = 0;  // of HTTP; 0: there was no answer
  std::optional<core::Timestamp> ends_at;
  core::Timestamp next_try{};  // after a failure
  std::string detail;          // of a failure
  core::Millis took{0};
};

// One answer to the request for the list of an owner's repositories.
struct OwnerReport {
  std::string owner;  // `OWNER/*`
  core::Timestamp at{};
  std::string outcome;  // core::to_string(AnswerKind)
  int status = 0;       // of HTTP; 0: there was no answer
  std::size_t added = 0;
  std::size_t activated = 0;   // of those
  std::size_t over_limit = 0;  // of those, not activated because of the limit of active repositories
  std::size_t malformed = 0;   // entries that are not repositories
  std::string detail;          // of an error
  core::Timestamp next_at{};   // the next request, as far as the quota permits
  core::Millis took{0};
};

// The calls come in order, on the thread that made the change. They must not block and must not call the monitor.
struct Subscriber {
  std::function<void(const store::StoredEvent&, const core::RepoName&)> on_event;  // after it is stored
  std::function<void(std::shared_ptr<const RepositoryView>)> on_statistics;        // a window changed
  std::function<void(const PollReport&)> on_poll;
  std::function<void(const ProbeReport&)> on_probe;
  std::function<void(const TokenReport&)> on_token;
  std::function<void(const OwnerReport&)> on_owner;
};

}  // namespace repopulse::monitor
