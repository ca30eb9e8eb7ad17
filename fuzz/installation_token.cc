// Whole answers to the request for a token of a GitHub App. No answer is a crash; there is a token or a message, and
// no message shows what was sent or the body of an answer that may hold a token.
#include <cstddef>
#include <cstdint>
#include <string>

#include "fuzz/http_answer.h"
#include "fuzz/require.h"
#include "github/installation_token.h"

namespace {

using namespace repopulse;
using core::AnswerKind;
using fuzz::require;

// As long as the pieces of it that count as the JWT.
const std::string kJwt = "eyJhbGciOiJSUzI1";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const github::HttpResponse response = fuzz::to_response({reinterpret_cast<const char*>(data), size});
  const github::HttpRequest request{
      "https://api.github.com/app/installations/7/access_tokens", {{"Authorization", "Bearer " + kJwt}}, {}, "{}"};
  const github::InstallationToken answer = github::interpret_installation_token(request, response, {});
  const bool good = answer.kind == AnswerKind::kEvents;
  require(good == !answer.token.empty());
  require(good == answer.message.empty());
  require(answer.message.size() <= 900);
  require(answer.message.find(kJwt) == std::string::npos);
  require(answer.message.find('\n') == std::string::npos);
  require(!good || answer.lives > core::Millis(0));
  for (const char c : answer.token) require(c > ' ' && c < '\x7f');
  if (answer.retry_after) require(*answer.retry_after >= core::Millis(0));
  return 0;
}
