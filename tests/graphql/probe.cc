// The change probe for tests in other languages:
//   repopulse-probe request ROOT OWNER/NAME…   prints {"url", "headers", "body"}
//   repopulse-probe answer N                   reads {"status", "headers", "body"}, an answer about N repositories, and
//                                              prints what it means
//   repopulse-probe execute                    reads the {"request", "world"} of sim/graphql, and prints the answer of
//                                              simulations in virtual time
#include <boost/json.hpp>
#include <charconv>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "github/change_probe.h"
#include "sim/probe_executor.h"

namespace {

namespace json = boost::json;
using namespace repopulse;

constexpr std::string_view kSignalNames[] = {"pushes", "issues",   "pull_requests",   "stars",
                                             "forks",  "releases", "commit_comments", "discussions"};
static_assert(std::size(kSignalNames) == core::kSignals);

template <typename Value>
json::value or_null(const std::optional<Value>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

std::string_view to_string(core::ProbeFinding finding) {
  switch (finding) {
    case core::ProbeFinding::kTold:
      return "told";
    case core::ProbeFinding::kNotFound:
      return "not_found";
    case core::ProbeFinding::kForbidden:
      return "forbidden";
    case core::ProbeFinding::kNotTold:
      return "not_told";
  }
  return "unknown";
}

json::object to_json(const core::ProbedRepository& repository) {
  json::object signals;
  for (std::size_t i = 0; i < core::kSignals; ++i) {
    const auto& value = repository.signals[i];
    if (!value) continue;
    json::object& signal = signals[kSignalNames[i]].emplace_object();
    if (value->count) signal["count"] = *value->count;
    if (value->at) signal["at"] = core::format_rfc3339(*value->at);
  }
  return {{"finding", to_string(repository.finding)},
          {"github_id", repository.github_id},
          {"full_name", repository.full_name},
          {"signals", std::move(signals)}};
}

json::object to_json(const core::ProbeAnswer& answer) {
  json::array repositories;
  for (const core::ProbedRepository& repository : answer.repositories) repositories.emplace_back(to_json(repository));
  json::object out{{"kind", core::to_string(answer.kind)},
                   {"too_much", answer.too_much},
                   {"cost", or_null(answer.cost)},
                   {"message", answer.message},
                   {"repositories", std::move(repositories)}};
  if (answer.rate_limit) {
    out["remaining"] = answer.rate_limit->remaining;
    out["reset"] = core::format_rfc3339(answer.rate_limit->reset);
  }
  return out;
}

json::object print_request(const std::vector<std::string>& words) {
  std::vector<core::RepoName> names;
  for (std::size_t i = 1; i < words.size(); ++i) names.push_back(core::RepoName::parse(words[i]).value());
  const github::HttpRequest request = github::probe_request({words.at(0), "a-token", "repopulse-probe"}, names);
  json::object headers;
  for (const auto& [name, value] : request.headers) headers[name] = value;
  return {{"url", request.url}, {"headers", std::move(headers)}, {"body", request.body.value()}};
}

std::string read_input() {
  return {std::istreambuf_iterator<char>(std::cin), {}};
}

json::object read_answer(const std::string& repositories) {
  const json::object told = json::parse(read_input()).as_object();
  github::HttpResponse response;
  response.status = told.at("status").to_number<int>();
  for (const auto& [name, value] : told.at("headers").as_object()) {
    response.headers.emplace_back(std::string(name), std::string(value.as_string()));
  }
  response.body = told.at("body").as_string();
  return to_json(github::interpret_probe({}, std::stoul(repositories), response, {}, {}));
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const std::vector<std::string> rest(words.begin() + (words.empty() ? 0 : 1), words.end());
  try {
    if (words.empty()) throw std::runtime_error("usage: request ROOT OWNER/NAME… | answer N | execute");
    if (words[0] == "request") std::cout << print_request(rest) << '\n';
    if (words[0] == "answer") std::cout << read_answer(rest.at(0)) << '\n';
    if (words[0] == "execute") std::cout << sim::execute_probe(read_input()).value_or("null") << '\n';
  } catch (const std::exception& error) {
    std::cerr << "repopulse-probe: " << error.what() << '\n';
    return 1;
  }
}
