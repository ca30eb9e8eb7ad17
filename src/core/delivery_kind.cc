#include "core/delivery_kind.h"

#include <algorithm>
#include <array>
#include <utility>

namespace repopulse::core {
namespace {

using Row = std::pair<std::string_view, std::string_view>;

constexpr std::array kTable = {
    Row{"commit_comment", "CommitCommentEvent"},
    Row{"create", "CreateEvent"},
    Row{"delete", "DeleteEvent"},
    Row{"discussion", "DiscussionEvent"},
    Row{"fork", "ForkEvent"},
    Row{"gollum", "GollumEvent"},
    Row{"issue_comment", "IssueCommentEvent"},
    Row{"issues", "IssuesEvent"},
    Row{"member", "MemberEvent"},
    Row{"public", "PublicEvent"},
    Row{"pull_request", "PullRequestEvent"},
    Row{"pull_request_review", "PullRequestReviewEvent"},
    Row{"pull_request_review_comment", "PullRequestReviewCommentEvent"},
    Row{"push", "PushEvent"},
    Row{"release", "ReleaseEvent"},
    Row{"star", "WatchEvent"},
    Row{"watch", "WatchEvent"},
};

}  // namespace

std::string_view event_of_delivery(std::string_view delivery) {
  const auto* const row = std::ranges::find(kTable, delivery, &Row::first);
  return row == kTable.end() ? std::string_view() : row->second;
}

}  // namespace repopulse::core
