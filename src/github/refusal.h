// What a refusal of GitHub means: a limit that holds for all requests, access that this token or this address does not
// have, or a repository that was taken down. GitHub uses 403 and 429 for all of these, so headers and words decide.
// Pure: it looks at one answer and changes nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/answer.h"
#include "github/transport.h"

namespace repopulse::github {

// What an answer that is not a page says.
struct Explanation {
  std::string message;  // GitHub's own words; empty when there are none
  std::string reason;   // of a block: `dmca`, `tos`, …
  bool blocked = false;
  std::string
      words;  // all of the body and the links to the documentation: lower case, no tags, one blank between words
};
// `body` may be JSON, HTML or text, whole or broken.
Explanation explain(std::string_view body);

// The limit that its words speak of: kPrimaryLimit or kSecondaryLimit.
std::optional<core::AnswerKind> limit_named(const Explanation& why);

struct Refusal {
  core::AnswerKind kind = core::AnswerKind::kForbidden;
  std::string advice;  // kForbidden: what it means and what to do
};
// Of an answer of status 403, 404 or 429 with these headers. `used_up`: its headers say that no requests remain.
Refusal refusal(int status, const Headers& headers, bool used_up, const Explanation& why);
// The same of a request that is about no single repository: there is none that was taken down.
core::AnswerKind kind_of_refusal(const HttpResponse& response, const Explanation& why);

}  // namespace repopulse::github
