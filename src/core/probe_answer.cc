#include "core/probe_answer.h"

#include <algorithm>

namespace repopulse::core {
namespace {

constexpr Signal kPushes[] = {Signal::kPushes};
constexpr Signal kIssues[] = {Signal::kIssues};
constexpr Signal kComments[] = {Signal::kIssues, Signal::kPullRequests};
constexpr Signal kPullRequests[] = {Signal::kPullRequests};
constexpr Signal kStars[] = {Signal::kStars};
constexpr Signal kForks[] = {Signal::kForks};
constexpr Signal kReleases[] = {Signal::kReleases};
constexpr Signal kCommitComments[] = {Signal::kCommitComments};
constexpr Signal kDiscussions[] = {Signal::kDiscussions};

struct Kind {
  std::string_view name;
  std::span<const Signal> signals;
};
constexpr Kind kKinds[] = {
    {"CommitCommentEvent", kCommitComments},
    {"CreateEvent", kPushes},
    {"DiscussionEvent", kDiscussions},
    {"ForkEvent", kForks},
    {"IssueCommentEvent", kComments},
    {"IssuesEvent", kIssues},
    {"PullRequestEvent", kPullRequests},
    {"PullRequestReviewCommentEvent", kPullRequests},
    {"PullRequestReviewEvent", kPullRequests},
    {"PushEvent", kPushes},
    {"ReleaseEvent", kReleases},
    {"WatchEvent", kStars},
};

}  // namespace

std::span<const Signal> signals_of(std::string_view kind) {
  const auto* const at = std::ranges::find(kKinds, kind, &Kind::name);
  return at == std::end(kKinds) ? std::span<const Signal>() : at->signals;
}

std::vector<std::string_view> kinds_of(Signal signal) {
  std::vector<std::string_view> kinds;
  for (const Kind& kind : kKinds) {
    if (std::ranges::find(kind.signals, signal) != kind.signals.end()) kinds.push_back(kind.name);
  }
  return kinds;
}

}  // namespace repopulse::core
