// What an answer that failed says about a repository, or about an owner's list of repositories.
#pragma once

#include "core/answer.h"
#include "core/feed_state.h"

namespace repopulse::polling {

inline core::RepoStatus status_of(core::AnswerKind failed) {
  switch (failed) {
    case core::AnswerKind::kNotFound:
      return core::RepoStatus::kNotFound;
    case core::AnswerKind::kForbidden:
      return core::RepoStatus::kForbidden;
    case core::AnswerKind::kBlocked:
      return core::RepoStatus::kBlocked;
    default:
      return core::RepoStatus::kFailing;
  }
}

}  // namespace repopulse::polling
