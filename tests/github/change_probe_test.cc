#include "github/change_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace repopulse::github {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::ProbeAnswer;
using core::ProbedRepository;
using core::ProbeFinding;
using core::Signal;
using core::SignalValue;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

constexpr const char* kSecret = "ghp_0123456789abcdef";
const ApiRoot kRoot{"https://api.github.com", kSecret, "repopulse/1"};
const core::Timestamp kReceived = core::to_timestamp(*core::parse_rfc3339("2026-01-20T09:59:30Z"));

std::vector<core::RepoName> names(std::size_t count) {
  std::vector<core::RepoName> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back(*core::RepoName::make("octo", "cat" + std::to_string(i)));
  return made;
}

core::EventTime at(const char* text) {
  return *core::parse_rfc3339(text);
}

// --- the request ---

TEST(ProbeRequest, asks_the_graphql_api_with_the_headers_of_every_request) {
  const HttpRequest request = probe_request(kRoot, names(1));
  EXPECT_EQ(request.url, "https://api.github.com/graphql");
  EXPECT_THAT(
      request.headers,
      ElementsAre(Pair("User-Agent", "repopulse/1"), Pair("Accept", "application/vnd.github+json"),
                  Pair("X-GitHub-Api-Version", "2022-11-28"), Pair("Authorization", "Bearer " + std::string(kSecret)),
                  Pair("Content-Type", "application/json")));
}

TEST(ProbeRequest, finds_the_graphql_api_of_every_root) {
  const auto url = [](const char* root) { return graphql_url({root, "", ""}); };
  EXPECT_EQ(url("https://api.github.com/"), "https://api.github.com/graphql");
  EXPECT_EQ(url("https://ghe.example/api/v3"), "https://ghe.example/api/graphql");
  EXPECT_EQ(url("https://ghe.example:8443/api/v3/"), "https://ghe.example:8443/api/graphql");
  EXPECT_EQ(url("https://api.octocorp.ghe.com"), "https://api.octocorp.ghe.com/graphql");
  EXPECT_EQ(url("http://127.0.0.1:9/proxy"), "http://127.0.0.1:9/proxy/graphql");
}

TEST(ProbeRequest, names_are_variables_and_never_part_of_the_query) {
  const std::vector<core::RepoName> asked = {*core::RepoName::make("octo", "cat"),
                                             *core::RepoName::make("O-c_to", "a.b-c_d")};
  const boost::json::value body = boost::json::parse(probe_request(kRoot, asked).body.value());
  EXPECT_EQ(body.at("variables"), boost::json::parse(R"({"o0":"octo","n0":"cat","o1":"O-c_to","n1":"a.b-c_d"})"));
  const auto query = [](const std::vector<core::RepoName>& repositories) {
    return boost::json::parse(probe_request(kRoot, repositories).body.value()).at("query");
  };
  EXPECT_EQ(query(asked), query(names(2)));
  EXPECT_NE(query(asked), query(names(3)));
}

TEST(ProbeRequest, asks_for_nothing_that_github_restricts) {
  const std::string body = *probe_request(kRoot, names(core::kMostProbed)).body;
  for (const char* restricted : {"stargazers", "collaborators", "watchers", "viewer", "email"}) {
    EXPECT_THAT(body, Not(HasSubstr(restricted)));
  }
  EXPECT_LT(body.size(), 16u << 10);
}

// --- the answer ---

ProbeAnswer interpret(const HttpResult& result, std::size_t repositories = 2, core::Millis took = 300ms) {
  return interpret_probe(probe_request(kRoot, names(repositories)), repositories, result, kReceived, took);
}

ProbeAnswer answer(int status, const std::string& body, Headers headers = {}, core::Millis took = 300ms) {
  return interpret(HttpResponse{status, std::move(headers), body}, 2, took);
}

std::optional<SignalValue> signal(const ProbedRepository& repository, Signal which) {
  return repository.signals[static_cast<std::size_t>(which)];
}

constexpr const char* kRepository =
    R"({"databaseId":1296269,"nameWithOwner":"octo/Cat","pushedAt":"2026-01-20T09:00:00Z",)"
    R"("stargazerCount":80,"forkCount":9,)"
    R"("issues":{"totalCount":35,"nodes":[{"updatedAt":"2026-01-20T08:00:00Z"}]},)"
    R"("pullRequests":{"totalCount":7,"nodes":[{"updatedAt":"2026-01-19T08:00:00Z"}]},)"
    R"("releases":{"totalCount":0,"nodes":[]},)"
    R"("discussions":{"totalCount":2,"nodes":[{"updatedAt":"2025-12-31T23:59:59Z"}]},)"
    R"("commitComments":{"totalCount":4}})";
const std::string kQuota =
    R"("rateLimit":{"limit":5000,"cost":1,"remaining":4990,"used":10,"resetAt":"2026-01-20T10:30:00Z"})";

// An answer about two repositories with these values and errors.
std::string two(const std::string& first, const std::string& second, const std::string& errors = "") {
  return R"({"data":{)" + kQuota + R"(,"r0":)" + first + R"(,"r1":)" + second + "}" +
         (errors.empty() ? "" : ",\"errors\":[" + errors + "]") + "}";
}

TEST(InterpretProbe, reads_all_signals_and_the_quota) {
  const ProbeAnswer good = answer(200, two(kRepository, kRepository), {{"Date", "Tue, 20 Jan 2026 09:59:31 GMT"}}, 1s);
  EXPECT_EQ(good.kind, AnswerKind::kEvents);
  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(good.message, "");
  EXPECT_EQ(good.took, 1s);
  EXPECT_EQ(good.date, at("2026-01-20T09:59:31Z"));
  EXPECT_FALSE(good.too_much);
  EXPECT_EQ(good.cost, 1);
  ASSERT_TRUE(good.rate_limit);
  EXPECT_EQ(good.rate_limit->limit, 5000);
  EXPECT_EQ(good.rate_limit->remaining, 4990);
  EXPECT_EQ(good.rate_limit->used, 10);
  EXPECT_EQ(good.rate_limit->reset, at("2026-01-20T10:30:00Z"));
  EXPECT_EQ(good.rate_limit->resource, "graphql");
  ASSERT_EQ(good.repositories.size(), 2u);
  for (const ProbedRepository& repository : good.repositories) {
    EXPECT_EQ(repository.finding, ProbeFinding::kTold);
    EXPECT_EQ(repository.github_id, 1296269u);
    EXPECT_EQ(repository.full_name, "octo/Cat");
    EXPECT_EQ(signal(repository, Signal::kPushes), (SignalValue{{}, at("2026-01-20T09:00:00Z")}));
    EXPECT_EQ(signal(repository, Signal::kIssues), (SignalValue{35, at("2026-01-20T08:00:00Z")}));
    EXPECT_EQ(signal(repository, Signal::kPullRequests), (SignalValue{7, at("2026-01-19T08:00:00Z")}));
    EXPECT_EQ(signal(repository, Signal::kStars), (SignalValue{80, {}}));
    EXPECT_EQ(signal(repository, Signal::kForks), (SignalValue{9, {}}));
    EXPECT_EQ(signal(repository, Signal::kReleases), (SignalValue{0, {}}));
    EXPECT_EQ(signal(repository, Signal::kCommitComments), (SignalValue{4, {}}));
    EXPECT_EQ(signal(repository, Signal::kDiscussions), (SignalValue{2, at("2025-12-31T23:59:59Z")}));
  }
}

TEST(InterpretProbe, a_quota_that_is_used_up_is_no_failure_of_a_good_answer) {
  const ProbeAnswer good = answer(
      200, R"({"data":{"rateLimit":{"remaining":0,"limit":5000,"cost":3,"resetAt":"2026-01-20T10:30:00Z"},"r0":)" +
               std::string(kRepository) + "}}");
  EXPECT_EQ(good.kind, AnswerKind::kEvents);
  EXPECT_EQ(good.rate_limit->remaining, 0);
  EXPECT_EQ(good.rate_limit->used, 5000);
  EXPECT_EQ(good.cost, 3);
  EXPECT_EQ(good.repositories[1].finding, ProbeFinding::kNotTold) << "it is missing";
}

TEST(InterpretProbe, the_headers_tell_the_quota_where_the_body_does_not) {
  const auto headers = [](const char* resource) {
    return Headers{{"X-RateLimit-Limit", "5000"},
                   {"X-RateLimit-Remaining", "4321"},
                   {"X-RateLimit-Reset", "1768905000"},
                   {"X-RateLimit-Resource", resource}};
  };
  const std::string body = R"({"data":{"rateLimit":null,"r0":)" + std::string(kRepository) + "}}";
  const ProbeAnswer told = answer(200, body, headers("graphql"));
  ASSERT_TRUE(told.rate_limit);
  EXPECT_EQ(told.rate_limit->remaining, 4321);
  EXPECT_EQ(told.rate_limit->resource, "graphql");
  EXPECT_FALSE(told.cost);
  EXPECT_FALSE(answer(200, body, headers("core")).rate_limit) << "of another quota";
  EXPECT_TRUE(answer(200, body, headers("")).rate_limit) << "an old Enterprise does not name it";
  EXPECT_EQ(answer(200, two(kRepository, "null"), headers("graphql")).rate_limit->remaining, 4990);
}

TEST(InterpretProbe, a_missing_repository_harms_no_other) {
  const ProbeAnswer partial =
      answer(200, two("null", kRepository,
                      R"({"type":"NOT_FOUND","path":["r0"],"locations":[{"line":1,"column":9}],)"
                      R"("message":"Could not resolve to a Repository"})"));
  EXPECT_EQ(partial.kind, AnswerKind::kEvents);
  EXPECT_EQ(partial.repositories[0].finding, ProbeFinding::kNotFound);
  EXPECT_THAT(partial.repositories[0].signals, testing::Each(std::nullopt));
  EXPECT_EQ(partial.repositories[1].finding, ProbeFinding::kTold);
  const ProbeAnswer none =
      answer(200, two("null", "null", R"({"type":"NOT_FOUND","path":["r0"]},{"type":"NOT_FOUND","path":["r1"]})"));
  EXPECT_EQ(none.kind, AnswerKind::kEvents) << "that none of them exists is an answer";
  EXPECT_EQ(none.repositories[1].finding, ProbeFinding::kNotFound);
}

TEST(InterpretProbe, a_repository_may_be_forbidden) {
  for (const char* error :
       {R"({"type":"FORBIDDEN","path":["r1"],"extensions":{"saml_failure":true},)"
        R"("message":"Resource protected by organization SAML enforcement."})",
        R"({"path":["r1"],"extensions":{"saml_failure":true}})",
        R"({"type":"FORBIDDEN","path":["r1","issues"],"message":"Resource not accessible by personal access token"})",
        R"({"type":"INSUFFICIENT_SCOPES","path":["r1","discussions"]})"}) {
    const ProbeAnswer partial = answer(200, two(kRepository, "null", error));
    EXPECT_EQ(partial.kind, AnswerKind::kEvents) << error;
    EXPECT_EQ(partial.repositories[0].finding, ProbeFinding::kTold) << error;
    EXPECT_EQ(partial.repositories[1].finding, ProbeFinding::kForbidden) << error;
  }
}

TEST(InterpretProbe, a_signal_that_failed_is_not_told_while_the_others_are) {
  const ProbeAnswer partial = answer(
      200, two(R"({"databaseId":1,"pushedAt":null,"stargazerCount":5,"issues":null})",
               R"({"databaseId":2,"pushedAt":null,"issues":{"totalCount":3,"nodes":null}})",
               R"({"type":"SERVICE_UNAVAILABLE","path":["r0","issues"]},{"message":"x","path":["r0","pushedAt"]})"));
  const ProbedRepository& first = partial.repositories[0];
  EXPECT_EQ(first.finding, ProbeFinding::kTold);
  EXPECT_EQ(signal(first, Signal::kPushes), std::nullopt);
  EXPECT_EQ(signal(first, Signal::kIssues), std::nullopt);
  EXPECT_EQ(signal(first, Signal::kForks), std::nullopt);
  EXPECT_EQ(signal(first, Signal::kStars), (SignalValue{5, {}}));
  const ProbedRepository& second = partial.repositories[1];
  EXPECT_EQ(signal(second, Signal::kPushes), SignalValue()) << "nobody has pushed yet";
  EXPECT_EQ(signal(second, Signal::kIssues), (SignalValue{3, {}}));
}

TEST(InterpretProbe, where_it_asked_for_too_much_the_part_that_came_is_used) {
  const std::string error = R"({"type":"RESOURCE_LIMITS_EXCEEDED","path":["r1","issues"],)"
                            R"("message":"Resource limits for this query exceeded."})";
  const ProbeAnswer partial = answer(200, two(kRepository, "null", error));
  EXPECT_EQ(partial.kind, AnswerKind::kEvents);
  EXPECT_TRUE(partial.too_much);
  EXPECT_EQ(partial.repositories[0].finding, ProbeFinding::kTold);
  EXPECT_EQ(partial.repositories[1].finding, ProbeFinding::kNotTold);
  const ProbeAnswer nothing = answer(200, two("null", "null", error));
  EXPECT_EQ(nothing.kind, AnswerKind::kServerError);
  EXPECT_TRUE(nothing.too_much);
  EXPECT_THAT(nothing.repositories, IsEmpty());
  EXPECT_EQ(nothing.cost, 1);
  EXPECT_EQ(nothing.message,
            "GitHub could not answer about so many repositories at once (GitHub answered 200: Resource limits for this "
            "query exceeded.)");
}

TEST(InterpretProbe, knows_a_limit_in_every_form) {
  for (const char* body : {R"({"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded for user ID 1."}]})",
                           R"({"data":null,"errors":[{"type":"RATE_LIMIT","code":"graphql_rate_limit",)"
                           R"("message":"API rate limit already exceeded for user ID 1."}]})",
                           R"({"errors":[{"message":"API rate limit already exceeded for user ID 1."}]})",
                           R"({"data":{"r0":null,"r1":null},"errors":[{"type":"RATE_LIMITED"}]})"}) {
    const ProbeAnswer refused =
        answer(200, body, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "1768905000"}});
    EXPECT_EQ(refused.kind, AnswerKind::kPrimaryLimit) << body;
    EXPECT_EQ(core::unix_seconds(refused.rate_limit->reset), 1768905000) << body;
    EXPECT_FALSE(refused.too_much) << body;
    EXPECT_THAT(refused.message, HasSubstr("The rate limit of the GraphQL API is used up (GitHub answered 200"))
        << body;
  }
  EXPECT_EQ(answer(403, R"({"message":"API rate limit already exceeded"})").kind, AnswerKind::kPrimaryLimit);
  EXPECT_EQ(answer(429, "", {{"X-RateLimit-Remaining", "0"}}).kind, AnswerKind::kPrimaryLimit);
  for (const int status : {200, 403, 429}) {
    for (const char* body :
         {R"({"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."})",
          R"({"errors":[{"type":"RATE_LIMITED","message":"You have exceeded a secondary rate limit"}]})"}) {
      const ProbeAnswer refused = answer(status, body, {{"Retry-After", "90"}});
      EXPECT_EQ(refused.kind, AnswerKind::kSecondaryLimit) << status << body;
      EXPECT_EQ(refused.retry_after, 90s) << status << body;
      EXPECT_FALSE(answer(status, body).retry_after) << status << body;
    }
  }
}

TEST(InterpretProbe, names_each_refusal) {
  EXPECT_EQ(answer(401, R"({"message":"Bad credentials"})").kind, AnswerKind::kUnauthorized);
  EXPECT_EQ(answer(401, R"({"message":"Bad credentials"})").message,
            "The token is not valid (GitHub answered 401: Bad credentials)");
  for (const int status : {404, 405, 410}) EXPECT_EQ(answer(status, "").kind, AnswerKind::kNotFound) << status;
  EXPECT_EQ(answer(404, R"({"message":"Not Found"})").message,
            "There is no GraphQL API here (GitHub answered 404: Not Found)");
  EXPECT_EQ(answer(403, R"({"message":"Resource not accessible by integration"})").kind, AnswerKind::kForbidden);
  EXPECT_EQ(answer(403, R"({"message":"Access blocked","block":{"reason":"tos"}})").kind, AnswerKind::kForbidden);
  EXPECT_EQ(answer(451, "").kind, AnswerKind::kForbidden);
  EXPECT_EQ(answer(200, R"({"data":null,"errors":[{"type":"FORBIDDEN","message":"No GraphQL for this token"}]})").kind,
            AnswerKind::kForbidden);
  for (const int status : {0, 201, 204, 400, 422, 600}) {
    EXPECT_EQ(answer(status, "").kind, AnswerKind::kBadAnswer) << status;
  }
  const ProbeAnswer unknown_field =
      answer(200, R"({"errors":[{"path":["fragment Signals","discussions"],"extensions":{"code":"undefinedField"},)"
                  R"("message":"Field 'discussions' doesn't exist on type 'Repository'"}]})");
  EXPECT_EQ(unknown_field.kind, AnswerKind::kBadAnswer) << "an old Enterprise";
  EXPECT_THAT(unknown_field.message, HasSubstr("Field 'discussions' doesn't exist"));
}

TEST(InterpretProbe, a_failure_that_took_long_means_too_much) {
  const std::string unicorn = "<html><head><title>502 Bad Gateway</title></head><body>Unicorn!</body></html>";
  const std::string slow =
      R"({"data":null,"errors":[{"message":"Something went wrong while executing your query. This may be the result)"
      R"( of a timeout, or it could be a GitHub bug."}]})";
  for (const int status : {500, 502, 503, 504}) {
    for (const std::string& body : {unicorn, slow, std::string()}) {
      EXPECT_EQ(answer(status, body).kind, AnswerKind::kServerError) << status;
      EXPECT_EQ(answer(status, body).too_much, status == 504) << status;
      EXPECT_TRUE(answer(status, body, {}, 10s).too_much) << status;
    }
  }
  EXPECT_EQ(answer(200, slow).kind, AnswerKind::kServerError);
  EXPECT_FALSE(answer(200, slow).too_much);
  EXPECT_TRUE(answer(200, slow, {}, 10s).too_much);
  EXPECT_FALSE(answer(401, "", {}, 10s).too_much);
  const auto failed = [](TransportFailure failure, core::Millis took) {
    return interpret(tl::unexpected(TransportError{failure, "no luck with " + std::string(kSecret)}), 2, took);
  };
  EXPECT_EQ(failed(TransportFailure::kTimeout, 30s).kind, AnswerKind::kNoAnswer);
  EXPECT_TRUE(failed(TransportFailure::kTimeout, 30s).too_much);
  EXPECT_FALSE(failed(TransportFailure::kTimeout, 2s).too_much) << "it was given little time";
  EXPECT_FALSE(failed(TransportFailure::kReset, 30s).too_much);
  EXPECT_TRUE(failed(TransportFailure::kTooLarge, 1s).too_much);
  EXPECT_EQ(failed(TransportFailure::kReset, 1s).message,
            "No answer from GitHub to the change probe: no luck with ***");
}

TEST(InterpretProbe, follows_no_redirect) {
  for (const int status : {301, 302, 307, 308}) {
    const ProbeAnswer moved = answer(status, R"({"message":"Moved Permanently"})",
                                     {{"Location", "https://evil.example/graphql?token=" + std::string(kSecret)}});
    EXPECT_EQ(moved.kind, AnswerKind::kBadAnswer) << status;
    EXPECT_EQ(moved.message,
              "GitHub redirects its GraphQL API to https://evil.example; change probes follow no redirect (GitHub "
              "answered " +
                  std::to_string(status) + ": Moved Permanently)");
  }
  EXPECT_EQ(answer(301, "").kind, AnswerKind::kBadAnswer);
}

TEST(InterpretProbe, an_answer_without_sense_is_a_bad_answer) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  for (const std::string& body :
       {std::string(), std::string("<!DOCTYPE html><html><body>Sign in</body></html>"), std::string("null"),
        std::string("[]"), std::string("{}"), std::string("\xFF\xFE"), std::string(R"({"data":null})"),
        std::string(R"({"data":[]})"), std::string(R"({"data":{}})"), std::string(R"({"data":{"r0":null,"r1":null}})"),
        std::string(R"({"data":{"r2":{"stargazerCount":1}}})"), std::string(R"({"errors":{"type":"RATE"}})"),
        std::string(R"({"errors":[{"type":"UNKNOWN"}]})"), std::string(R"({"errors":[7]})"),
        R"({"data":{"r0":)" + deep + "}}", two(kRepository, kRepository).substr(0, 400)}) {
    const ProbeAnswer bad = answer(200, body);
    EXPECT_EQ(bad.kind, AnswerKind::kBadAnswer) << body.substr(0, 200);
    EXPECT_THAT(bad.repositories, IsEmpty());
    EXPECT_THAT(bad.message, Not(IsEmpty()));
    EXPECT_FALSE(bad.too_much);
  }
}

TEST(InterpretProbe, values_of_the_wrong_type_count_as_not_told) {
  const ProbeAnswer odd =
      answer(200, two(R"({"databaseId":"7","nameWithOwner":"https://github.com/a/b","pushedAt":5,"stargazerCount":"5",)"
                      R"("forkCount":-1,"issues":[1],"pullRequests":{"totalCount":1.5,"nodes":{}},)"
                      R"("releases":{"totalCount":9007199254740993,"nodes":[{"updatedAt":"yesterday"}]},)"
                      R"("discussions":{"totalCount":true,"nodes":[{"updatedAt":"2025-12-31T23:59:59Z"},{}]},)"
                      R"("commitComments":"4"})",
                      R"({"stargazerCount":{"totalCount":1},"forkCount":"2025-12-31T23:59:59Z"})"));
  ASSERT_EQ(odd.kind, AnswerKind::kEvents);
  const ProbedRepository& first = odd.repositories[0];
  EXPECT_EQ(first.github_id, 0u);
  EXPECT_EQ(first.full_name, "");
  for (const Signal which : {Signal::kPushes, Signal::kIssues, Signal::kPullRequests, Signal::kStars, Signal::kForks,
                             Signal::kReleases, Signal::kCommitComments}) {
    EXPECT_EQ(signal(first, which), std::nullopt) << static_cast<int>(which);
  }
  EXPECT_EQ(signal(first, Signal::kDiscussions), (SignalValue{{}, at("2025-12-31T23:59:59Z")}));
  EXPECT_EQ(odd.repositories[1].finding, ProbeFinding::kNotTold) << "nothing in it makes sense";
  const ProbeAnswer quota = answer(
      200, R"({"data":{"rateLimit":{"cost":-1,"remaining":"0","resetAt":7},"r0":)" + std::string(kRepository) + "}}");
  EXPECT_FALSE(quota.cost);
  EXPECT_FALSE(quota.rate_limit);
}

TEST(InterpretProbe, of_equal_aliases_the_first_counts_and_unknown_ones_are_passed_over) {
  const ProbeAnswer odd =
      answer(200, R"({"data":{"r00":{"forkCount":1},"r":{"forkCount":2},"R0":{"forkCount":3},"r2":{"forkCount":4},)"
                  R"("r18446744073709551616":{"forkCount":5},"r-1":{"forkCount":6},"r1":null,"r1":{"forkCount":7},)"
                  R"("r0":{"forkCount":8},"r0":{"forkCount":9}}})");
  ASSERT_EQ(odd.kind, AnswerKind::kEvents);
  ASSERT_EQ(odd.repositories.size(), 2u);
  EXPECT_EQ(signal(odd.repositories[0], Signal::kForks), (SignalValue{8, {}}));
  EXPECT_EQ(odd.repositories[1].finding, ProbeFinding::kNotTold);
}

TEST(InterpretProbe, a_message_is_short_and_holds_no_secret) {
  std::string words = "told " + std::string(kSecret) + "\\n\\u0007 ";
  for (int i = 0; i < 500; ++i) words += "\xC3\xA9";
  for (const int status : {200, 401, 403, 404, 502}) {
    const ProbeAnswer refused =
        answer(status, R"({"errors":[{"message":")" + words + R"("}],"message":")" + words + "\"}");
    EXPECT_THAT(refused.message, Not(HasSubstr(kSecret))) << status;
    EXPECT_THAT(refused.message, Not(HasSubstr("\n"))) << status;
    EXPECT_LE(refused.message.size(), 900u) << status;
  }
}

}  // namespace
}  // namespace repopulse::github
