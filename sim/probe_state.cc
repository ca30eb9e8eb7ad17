#include "sim/probe_state.h"

#include <algorithm>

namespace repopulse::sim {
namespace {

// `added`: there is one more. What is touched was there before.
void touch(Stock& stock, bool added, core::EventTime at) {
  stock.count = std::max<std::int64_t>(stock.count + added, 1);
  stock.updated_at = std::max(stock.updated_at.value_or(at), at);
}

bool holds(std::string_view recorded, std::string_view words) {
  return recorded.find(words) != std::string_view::npos;
}

// Of issues and pull requests that GitHub's events write about; generated ones are all new.
bool opens(std::string_view recorded) {
  return recorded.empty() || holds(recorded, R"("action":"opened")");
}

}  // namespace

void ProbeState::happen(std::string_view type, std::string_view recorded, core::EventTime at) {
  if (type == "PushEvent" || type == "CreateEvent") {
    pushed_at = std::max(pushed_at.value_or(at), at);
  } else if (type == "IssuesEvent") {
    touch(issues, opens(recorded), at);
  } else if (type == "IssueCommentEvent") {
    touch(holds(recorded, R"("pull_request":{)") ? pull_requests : issues, false, at);
  } else if (type == "PullRequestEvent") {
    touch(pull_requests, opens(recorded), at);
  } else if (type.starts_with("PullRequestReview")) {
    touch(pull_requests, false, at);
  } else if (type == "WatchEvent") {
    ++stars;
  } else if (type == "ForkEvent") {
    ++forks;
  } else if (type == "ReleaseEvent") {
    touch(releases, true, at);
  } else if (type == "DiscussionEvent") {
    touch(discussions, true, at);
  } else if (type == "CommitCommentEvent") {
    touch(commit_comments, true, at);
  }
}

}  // namespace repopulse::sim
