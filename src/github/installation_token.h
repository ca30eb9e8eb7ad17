// Tokens of a GitHub App's installation as values: the request that has one made, and what the answer means. Pure: no
// network, no clock.
#pragma once

#include <optional>
#include <string>

#include "core/answer.h"
#include "core/time.h"
#include "github/app_key.h"
#include "github/events_api.h"
#include "github/transport.h"

namespace repopulse::github {

// `now`: by GitHub's clock, as well as it is known. The token of `root` is not used.
HttpRequest installation_token_request(const ApiRoot& root, const App& app, core::EventTime now);

struct InstallationToken {
  // kEvents: there is a token. kUnauthorized, kForbidden, kNotFound: the App, its key or its installation is refused.
  core::AnswerKind kind = core::AnswerKind::kNoAnswer;
  int status = 0;  // 0: there was no answer
  std::string token;
  core::Millis lives{0};                    // from the answer on; GitHub says an hour
  std::optional<core::EventTime> date;      // GitHub's clock
  std::optional<core::Millis> retry_after;  // kPrimaryLimit, kSecondaryLimit: so long GitHub asks to wait
  std::string message;                      // of an error: one line for people, without secrets
};

// `received`: when it came, by our clock. Any body is handled, however broken. Neither the JWT of the request nor a
// token appears in the message.
InstallationToken interpret_installation_token(const HttpRequest& request, const HttpResult& result,
                                               core::Timestamp received);

}  // namespace repopulse::github
