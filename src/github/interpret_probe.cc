// What GitHub's answer to a change probe means. GraphQL answers with 200 where REST would not: data, errors and limits
// may stand side by side in one body.
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "github/answer_headers.h"
#include "github/answer_message.h"
#include "github/change_probe.h"
#include "github/limits.h"
#include "github/origin.h"
#include "github/refusal.h"

namespace repopulse::github {
namespace {

using core::AnswerKind;
using core::ProbeAnswer;
using core::ProbedRepository;
using core::ProbeFinding;
using core::Signal;
using core::SignalValue;
namespace dom = simdjson::dom;

// GitHub gives up on a query after 10 s. What fails much earlier has another reason than its size.
constexpr core::Millis kLong{5'000};
constexpr std::string_view kResource = "graphql";  // the name of the quota

// --- values ---

std::optional<std::int64_t> read_number(simdjson::simdjson_result<dom::element> value) {
  std::int64_t number = 0;
  return value.get(number) || number < 0 || number > kLargestCount ? std::nullopt : std::optional(number);
}

std::optional<core::EventTime> read_time(simdjson::simdjson_result<dom::element> value) {
  std::string_view text;
  return value.get(text) ? std::nullopt : core::parse_rfc3339(text);
}

std::string_view read_text(simdjson::simdjson_result<dom::element> value) {
  std::string_view text;
  return value.get(text) ? std::string_view() : text;
}

// --- one repository ---

enum class Shape { kTime, kCount, kConnection };
struct Field {
  Signal signal;
  std::string_view name;
  Shape shape;
};
constexpr std::string_view kPushedAt = "pushedAt";
constexpr Field kFields[] = {
    {Signal::kPushes, kPushedAt, Shape::kTime},
    {Signal::kIssues, "issues", Shape::kConnection},
    {Signal::kPullRequests, "pullRequests", Shape::kConnection},
    {Signal::kStars, "stargazerCount", Shape::kCount},
    {Signal::kForks, "forkCount", Shape::kCount},
    {Signal::kReleases, "releases", Shape::kConnection},
    {Signal::kCommitComments, "commitComments", Shape::kConnection},
    {Signal::kDiscussions, "discussions", Shape::kConnection},
};
static_assert(std::size(kFields) == core::kSignals);

std::optional<SignalValue> read_signal(Shape shape, dom::element value) {
  SignalValue read;
  switch (shape) {
    case Shape::kTime:
      if (value.is_null()) return read;  // of a repository into which nobody has pushed
      read.at = read_time(dom::element(value));
      break;
    case Shape::kCount:
      read.count = read_number(dom::element(value));
      break;
    case Shape::kConnection:
      read.count = read_number(value["totalCount"]);
      read.at = read_time(value["nodes"].at(0)["updatedAt"]);
      break;
  }
  return read == SignalValue() ? std::nullopt : std::optional(read);
}

// The name of a repository; empty when `text` is not one.
std::string read_name(std::string_view text) {
  const auto name = core::RepoName::parse(text);
  return name && name->full_name() == text ? std::string(text) : std::string();
}

// What the errors of an answer say of one repository.
struct Trouble {
  ProbeFinding finding = ProbeFinding::kNotTold;
  bool with_pushes = false;  // `pushedAt` failed, so that its null means nothing
};

ProbedRepository read_repository(dom::element value, const Trouble& trouble) {
  ProbedRepository read;
  for (const auto& [signal, name, shape] : kFields) {
    dom::element told;
    if (value[name].get(told) || (name == kPushedAt && trouble.with_pushes)) continue;
    read.signals[static_cast<std::size_t>(signal)] = read_signal(shape, told);
  }
  const bool told = std::ranges::any_of(read.signals, [](const auto& signal) { return signal.has_value(); });
  read.finding = told ? ProbeFinding::kTold : trouble.finding;
  read.github_id = static_cast<std::uint64_t>(read_number(value["databaseId"]).value_or(0));
  read.full_name = read_name(read_text(value["nameWithOwner"]));
  return read;
}

// --- the errors of an answer ---

// The number in the alias `r7`; nullopt when it is not one of `count` aliases.
std::optional<std::size_t> number_of(std::string_view alias, std::size_t count) {
  if (!alias.starts_with('r')) return std::nullopt;
  std::size_t number = 0;
  const char* end = alias.data() + alias.size();
  const auto [rest, error] = std::from_chars(alias.data() + 1, end, number);
  if (error != std::errc() || rest != end || number >= count || alias.size() != 1 + std::to_string(number).size()) {
    return std::nullopt;
  }
  return number;
}

struct Errors {
  std::vector<Trouble> of;  // each repository
  bool any = false;
  bool of_quota = false;   // the points are used up
  bool of_size = false;    // it asked for too much at once
  bool of_access = false;  // concerning the request as a whole
  std::string_view words;  // of the first error that has any
};

void read_error(dom::element error, Errors& errors) {
  const std::string_view type = read_text(error["type"]);
  bool saml = false;
  if (error["extensions"]["saml_failure"].get(saml)) saml = false;
  const bool forbidden = type == "FORBIDDEN" || type == "INSUFFICIENT_SCOPES" || saml;
  errors.of_quota |= type == "RATE_LIMITED" || type == "RATE_LIMIT";
  errors.of_size |= type == "RESOURCE_LIMITS_EXCEEDED";
  if (errors.words.empty()) errors.words = read_text(error["message"]);
  const auto path = error["path"];
  const auto number = number_of(read_text(path.at(0)), errors.of.size());
  if (!number) {
    errors.of_access |= forbidden;
    return;
  }
  Trouble& trouble = errors.of[*number];
  const std::string_view field = read_text(path.at(1));
  if (field == kPushedAt) trouble.with_pushes = true;
  if (trouble.finding != ProbeFinding::kNotTold) return;
  if (forbidden) trouble.finding = ProbeFinding::kForbidden;
  if (type == "NOT_FOUND" && field.empty()) trouble.finding = ProbeFinding::kNotFound;
}

Errors read_errors(dom::element body, std::size_t repositories) {
  Errors errors;
  errors.of.resize(repositories);
  dom::array list;
  if (body["errors"].get(list)) return errors;
  errors.any = list.size() > 0;
  for (const dom::element error : list) read_error(error, errors);
  return errors;
}

// --- the data of an answer ---

void read_quota(dom::element data, ProbeAnswer& answer) {
  dom::element told;
  if (data["rateLimit"].get(told)) return;
  answer.cost = read_number(told["cost"]);
  const auto remaining = read_number(told["remaining"]);
  const auto reset = read_time(told["resetAt"]);
  if (!remaining || !reset) return;
  answer.rate_limit =
      to_rate_limit(*remaining, *reset, read_number(told["limit"]), read_number(told["used"]), kResource);
}

// Of aliases that came twice the first counts.
std::vector<ProbedRepository> read_repositories(dom::element data, const Errors& errors) {
  std::vector<ProbedRepository> read(errors.of.size());
  for (std::size_t i = 0; i < read.size(); ++i) read[i].finding = errors.of[i].finding;
  std::vector<bool> seen(read.size());
  dom::object members;
  if (data.get(members)) return read;
  for (const auto& [alias, value] : members) {
    const auto number = number_of(alias, read.size());
    if (!number || seen[*number]) continue;
    seen[*number] = true;
    read[*number] = read_repository(value, errors.of[*number]);
  }
  return read;
}

// --- the answer as a whole ---

std::string meaning_of(const ProbeAnswer& answer, std::string_view token) {
  switch (answer.kind) {
    case AnswerKind::kUnauthorized:
      return token.empty() ? "GitHub's GraphQL API asks for a token" : "The token is not valid";
    case AnswerKind::kForbidden:
      return "GitHub does not let this token use its GraphQL API";
    case AnswerKind::kNotFound:
      return "There is no GraphQL API here";
    case AnswerKind::kPrimaryLimit:
      return "The rate limit of the GraphQL API is used up";
    case AnswerKind::kSecondaryLimit:
      return "GitHub asks for fewer requests";
    case AnswerKind::kServerError:
      return answer.too_much ? "GitHub could not answer about so many repositories at once"
                             : "GitHub's GraphQL API has an internal error";
    default:
      return "Unexpected answer to the change probe";
  }
}

// Of an answer that is not a 200.
AnswerKind kind_of_probe(const HttpResponse& response, const Explanation& why) {
  switch (response.status) {
    case 401:
      return AnswerKind::kUnauthorized;
    case 403:
    case 404:
    case 429:
      return kind_of_refusal(response, why);
    case 405:  // only GET is known there
    case 410:
      return AnswerKind::kNotFound;
    case 451:
      return AnswerKind::kForbidden;
    default:
      return response.status >= 500 && response.status <= 599 ? AnswerKind::kServerError : AnswerKind::kBadAnswer;
  }
}

// GitHub writes so where a query ran out of time, or into a defect.
bool says_internal_error(const Explanation& why) {
  constexpr std::string_view kWords[] = {"something went wrong", "to your request in time", "timeout", "timed out"};
  return std::ranges::any_of(kWords,
                             [&](std::string_view words) { return why.words.find(words) != std::string::npos; });
}

// Of a 200 that tells nothing of any repository.
AnswerKind kind_of_probe(const Errors& errors, const Explanation& why) {
  const auto limit = limit_named(why);
  if (limit == AnswerKind::kSecondaryLimit) return *limit;
  if (errors.of_quota || limit) return AnswerKind::kPrimaryLimit;
  if (errors.of_size || says_internal_error(why)) return AnswerKind::kServerError;
  return errors.of_access ? AnswerKind::kForbidden : AnswerKind::kBadAnswer;
}

// Of an error that is not a limit: was it that the request asked for too much at once?
bool asked_too_much(const ProbeAnswer& answer) {
  if (answer.kind != AnswerKind::kServerError) return false;
  return answer.status == 504 || answer.took >= kLong;
}

std::string where_redirected(std::string_view token, std::string_view target) {
  const std::string address = origin_for_people(target);
  return "GitHub redirects its GraphQL API" +
         (address.empty() ? std::string() : " to " + sanitised(token, address, kLongestAddress)) +
         "; change probes follow no redirect";
}

void read_error_answer(std::string_view token, const HttpResponse& response, ProbeAnswer& answer) {
  const Explanation why = explain(response.body);
  answer.kind = kind_of_probe(response, why);
  answer.too_much = asked_too_much(answer);
  const bool redirect = answer.status >= 300 && answer.status <= 399;
  std::string meaning =
      redirect ? where_redirected(token, header(response.headers, "Location")) : meaning_of(answer, token);
  answer.message = error_message(token, std::move(meaning), answer.status, why);
}

void read_answer(std::string_view token, std::size_t repositories, const HttpResponse& response, ProbeAnswer& answer) {
  dom::parser parser;
  dom::element body;
  if (const auto error = parser.parse(response.body).get(body)) {
    answer.kind = AnswerKind::kBadAnswer;
    answer.message = sanitised(token, "GitHub answered 200 to the change probe, but the body is not JSON: " +
                                          std::string(simdjson::error_message(error)));
    return;
  }
  const Errors errors = read_errors(body, repositories);
  answer.too_much = errors.of_size;
  dom::element data;
  if (!body["data"].get(data)) {
    read_quota(data, answer);
    answer.repositories = read_repositories(data, errors);
  }
  answer.kind = AnswerKind::kEvents;
  const auto told = [](const ProbedRepository& each) { return each.finding != ProbeFinding::kNotTold; };
  if (std::ranges::any_of(answer.repositories, told)) return;
  answer.repositories.clear();
  // The type RATE_LIMITED must not be taken for the words of a secondary limit.
  const Explanation why = explain(errors.any ? errors.words : response.body);
  answer.kind = kind_of_probe(errors, why);
  answer.too_much = answer.too_much || asked_too_much(answer);
  answer.message = error_message(token, meaning_of(answer, token), answer.status, why);
}

}  // namespace

ProbeAnswer interpret_probe(const HttpRequest& request, std::size_t repositories, const HttpResult& result,
                            core::Timestamp received, core::Millis took) {
  const std::string_view token = sent_token(request);
  ProbeAnswer answer;
  answer.took = took;
  if (!result) {
    const TransportFailure failure = result.error().failure;
    answer.too_much =
        failure == TransportFailure::kTooLarge || (failure == TransportFailure::kTimeout && took >= kLong);
    answer.message = sanitised(token, "No answer from GitHub to the change probe: " + result.error().message);
    return answer;
  }
  answer.status = result->status;
  answer.date = core::parse_http_date(header(result->headers, "Date"));
  answer.retry_after = read_retry_after(result->headers, answer.date.value_or(core::to_event_time(received)));
  answer.rate_limit = read_rate_limit(result->headers, kResource);
  if (answer.rate_limit && answer.rate_limit->resource != kResource) answer.rate_limit.reset();
  if (answer.status == 200) {
    read_answer(token, repositories, *result, answer);
  } else {
    read_error_answer(token, *result, answer);
  }
  return answer;
}

}  // namespace repopulse::github
