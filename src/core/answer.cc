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

}  // namespace repopulse::core
