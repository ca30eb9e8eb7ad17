#include "core/answer.h"

namespace repopulse::core {

std::string_view to_string(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::kEvents:
      return "events";
    case AnswerKind::kNotModified:
      return "not_modified";
    case AnswerKind::kEndOfFeed:
      return "end_of_feed";
    case AnswerKind::kRedirect:
      return "redirect";
    case AnswerKind::kUnauthorized:
      return "unauthorized";
    case AnswerKind::kNotFound:
      return "not_found";
    case AnswerKind::kBlocked:
      return "blocked";
    case AnswerKind::kForbidden:
      return "forbidden";
    case AnswerKind::kPrimaryLimit:
      return "primary_limit";
    case AnswerKind::kSecondaryLimit:
      return "secondary_limit";
    case AnswerKind::kServerError:
      return "server_error";
    case AnswerKind::kBadAnswer:
      return "bad_answer";
    case AnswerKind::kNoAnswer:
      return "no_answer";
  }
  return "unknown";
}

std::uint64_t github_id_of(const std::vector<Event>& events) {
  const Event* newest = nullptr;
  for (const Event& event : events) {
    if (event.github_id != 0 && (newest == nullptr || event.key.created_at > newest->key.created_at)) newest = &event;
  }
  return newest == nullptr ? 0 : newest->github_id;
}

}  // namespace repopulse::core
