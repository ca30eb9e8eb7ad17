// Whole answers to a request for a page of events.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "fuzz/http_answer.h"
#include "github/events_api.h"

using namespace repopulse;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const github::ApiRoot root{"https://api.github.com", "ghp_token", "fuzz"};
  const github::HttpRequest request = github::events_request(root, "/repos/o/r/events", 1, {"\"x\"", ""});
  const core::Answer answer =
      github::interpret(root, request, fuzz::to_response({reinterpret_cast<const char*>(data), size}), {});
  if (answer.message.size() > 900 || answer.message.find(root.token) != std::string::npos) std::abort();
  if (answer.message.find('\n') != std::string::npos) std::abort();
  if (answer.kind != core::AnswerKind::kEvents && !answer.events.empty()) std::abort();
  if (answer.retry_after && answer.retry_after->count() < 0) std::abort();
  return 0;
}
