// Whole answers to a change probe. No answer is a crash; what is told of a repository does not depend on how many
// others were asked about.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/http_answer.h"
#include "fuzz/require.h"
#include "github/change_probe.h"

namespace {

using namespace repopulse;
using core::AnswerKind;
using core::ProbeAnswer;
using core::ProbedRepository;
using core::ProbeFinding;
using fuzz::require;

constexpr std::size_t kAsked = 4;  // the aliases of the inputs are r0 to r3

bool tells_something(const ProbedRepository& repository) {
  return repository.finding != ProbeFinding::kNotTold;
}

void check(const ProbeAnswer& answer, std::size_t asked, const std::string& token) {
  require(answer.message.size() <= 900);
  require(answer.message.find(token) == std::string::npos);
  require(answer.message.find('\n') == std::string::npos);
  require(answer.message.empty() == (answer.kind == AnswerKind::kEvents));
  require(answer.repositories.size() == (answer.kind == AnswerKind::kEvents ? asked : 0));
  require(answer.repositories.empty() || std::ranges::any_of(answer.repositories, tells_something));
  for (const ProbedRepository& repository : answer.repositories) {
    const bool told = std::ranges::any_of(repository.signals, [](const auto& signal) { return signal.has_value(); });
    require(told == (repository.finding == ProbeFinding::kTold));
  }
  if (answer.retry_after) require(answer.retry_after->count() >= 0);
  if (answer.cost) require(*answer.cost >= 0);
  if (answer.rate_limit) require(answer.rate_limit->remaining >= 0 && answer.rate_limit->resource == "graphql");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const github::ApiRoot root{"https://api.github.com", "ghp_token", "fuzz"};
  const github::HttpResponse response = fuzz::to_response({reinterpret_cast<const char*>(data), size});
  const std::vector<core::RepoName> names(kAsked, *core::RepoName::make("o", "r"));
  const github::HttpRequest request = github::probe_request(root, names);
  const ProbeAnswer all = github::interpret_probe(request, kAsked, response, {}, {});
  check(all, kAsked, root.token);
  for (std::size_t asked = 1; asked < kAsked; ++asked) {
    const ProbeAnswer fewer = github::interpret_probe(request, asked, response, {}, {});
    check(fewer, asked, root.token);
    for (std::size_t i = 0; i < fewer.repositories.size(); ++i) {
      require(fewer.repositories[i] == all.repositories.at(i));
    }
  }
  return 0;
}
