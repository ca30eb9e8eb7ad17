// Whole answers: a line with the status, header lines, a blank line, a body.
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "github/events_api.h"

namespace {

using namespace repopulse;

std::string_view take_line(std::string_view& rest) {
  const auto end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

github::HttpResponse to_response(std::string_view rest) {
  github::HttpResponse response;
  const std::string_view status = take_line(rest);
  std::from_chars(status.data(), status.data() + status.size(), response.status);
  for (std::string_view line = take_line(rest); !line.empty(); line = take_line(rest)) {
    const auto colon = std::min(line.find(':'), line.size());
    response.headers.emplace_back(line.substr(0, colon), line.substr(std::min(colon + 1, line.size())));
  }
  response.body = rest;
  return response;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const github::ApiRoot root{"https://api.github.com", "ghp_token", "fuzz"};
  const github::HttpRequest request = github::events_request(root, "/repos/o/r/events", 1, {"\"x\"", ""});
  const core::Answer answer =
      github::interpret(root, request, to_response({reinterpret_cast<const char*>(data), size}), {});
  if (answer.message.size() > 900 || answer.message.find(root.token) != std::string::npos) std::abort();
  if (answer.message.find('\n') != std::string::npos) std::abort();
  if (answer.kind != core::AnswerKind::kEvents && !answer.events.empty()) std::abort();
  if (answer.retry_after && answer.retry_after->count() < 0) std::abort();
  return 0;
}
