// What GitHub answered to one change probe, as a value. A change probe is one request that tells of many repositories,
// for each of them, small numbers that move when something happens there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer.h"
#include "core/repo_name.h"
#include "core/time.h"

namespace repopulse::core {

// What a probe looks at in a repository.
enum class Signal : std::uint8_t {
  kPushes,        // branches and tags, too
  kIssues,        // comments on them, too
  kPullRequests,  // reviews and comments on them, too
  kStars,
  kForks,
  kReleases,
  kCommitComments,
  kDiscussions,
};
inline constexpr std::size_t kSignals = 8;

// The signals of which an event of this kind (`PushEvent`) moves one; none: a probe does not see such events. A comment
// on a pull request is an `IssueCommentEvent`, too.
std::span<const Signal> signals_of(std::string_view kind);
// The kinds of events that may move this signal.
std::vector<std::string_view> kinds_of(Signal signal);

// One signal of one repository. Not told are a count or a time that this signal does not have.
struct SignalValue {
  std::optional<std::int64_t> count;
  std::optional<EventTime> at;  // of the last change, by GitHub's clock
  friend bool operator==(const SignalValue&, const SignalValue&) = default;
};

enum class ProbeFinding : std::uint8_t {
  kTold,       // `signals` holds what was told
  kNotFound,   // there is no such repository for this token
  kForbidden,  // this token may not see it so
  kNotTold,    // it is missing in the answer: an error in its place, a limit of the request as a whole, …
};

struct ProbedRepository {
  ProbeFinding finding = ProbeFinding::kNotTold;
  std::uint64_t github_id = 0;                               // 0: not told
  std::string full_name;                                     // as it is called now; empty: not told
  std::array<std::optional<SignalValue>, kSignals> signals;  // nullopt: not told

  friend bool operator==(const ProbedRepository&, const ProbedRepository&) = default;
};

// Repositories that one request may ask about. Of public reports, 250 fail with 502, 100 mostly work, 50 is what others
// settled on.
inline constexpr std::size_t kMostProbed = 50;

// What GitHub charges for a probe of so many repositories, as its answer tells: a point for 100 connections, rounded,
// and one at least. Up to 29 repositories cost one point.
inline constexpr std::int64_t kConnectionsOfProbe = 5;  // for each repository
constexpr std::int64_t probe_points(std::size_t repositories) {
  constexpr std::int64_t kConnectionsOfPoint = 100;
  const std::int64_t connections = static_cast<std::int64_t>(repositories) * kConnectionsOfProbe;
  const std::int64_t points = (connections + kConnectionsOfPoint / 2) / kConnectionsOfPoint;
  return points > 0 ? points : 1;
}

struct ProbeAnswer {
  // kEvents: it tells something of one repository at least, if only that it is not there. Else what stood in its way:
  // kUnauthorized, kForbidden, kNotFound (there is no such endpoint), kPrimaryLimit (of the GraphQL quota),
  // kSecondaryLimit, kServerError, kBadAnswer (redirects too), kNoAnswer.
  AnswerKind kind = AnswerKind::kNoAnswer;
  int status = 0;
  std::vector<ProbedRepository> repositories;  // in the order of the question; empty unless kEvents
  bool too_much = false;                       // it asked for too much at once: fewer repositories may be answered
  std::optional<std::int64_t> cost;            // points of this request
  std::optional<RateLimit> rate_limit;         // of GraphQL, in points
  std::optional<Millis> retry_after;
  std::optional<EventTime> date;  // GitHub's clock
  Millis took{0};
  std::string message;  // for errors: one line for people, without secrets, at most 900 bytes
};

}  // namespace repopulse::core
