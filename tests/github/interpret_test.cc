#include <gtest/gtest.h>

#include "github/events_api.h"
#include "github/origin.h"
#include "tests/github/fixtures.h"

namespace repopulse::github {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using core::AnswerKind;

const ApiRoot kRoot{"https://api.github.com", "ghp_secret", "repopulse"};

const core::Timestamp kReceived = core::to_timestamp(*core::parse_rfc3339("2020-01-20T09:59:30Z"));

Answer interpret(const ApiRoot& root, const HttpResult& result) {
  const HttpRequest request = events_request(root, "/repos/o/r/events", 1, {"\"x\"", ""});
  return github::interpret(root, request, result, kReceived);
}

Answer answer(int status, Headers headers = {}, std::string body = "") {
  return interpret(kRoot, HttpResponse{status, std::move(headers), std::move(body)});
}

TEST(Interpret, reads_a_recorded_page) {
  const Answer page = interpret(kRoot, fixtures::exchange("user_events_page_1"));
  EXPECT_EQ(page.kind, AnswerKind::kEvents);
  EXPECT_EQ(page.events.size(), 30u);
  EXPECT_EQ(page.page_entries, 30u);
  EXPECT_EQ(page.validator.etag, "W/\"86d0517dface20075f5beb5287aa6a413faff55313a79d132a0adaab4a03abef\"");
  EXPECT_EQ(page.validator.last_modified, "Fri, 14 Apr 2023 10:29:56 GMT");
  EXPECT_TRUE(page.has_next);
  EXPECT_EQ(page.poll_interval, 60s);
  ASSERT_TRUE(page.rate_limit);
  EXPECT_EQ(page.rate_limit->limit, 5000);
  EXPECT_EQ(page.rate_limit->remaining, 4767);
  EXPECT_EQ(page.rate_limit->used, 233);
  EXPECT_EQ(core::unix_seconds(page.rate_limit->reset), 1681471155);
  EXPECT_EQ(page.rate_limit->resource, "core");
  EXPECT_EQ(page.date, core::parse_rfc3339("2023-04-14T10:30:30Z"));
  EXPECT_EQ(page.message, "");
}

TEST(Interpret, a_short_feed_has_no_further_page) {
  const Answer page = interpret(kRoot, fixtures::exchange("org_events_few"));
  EXPECT_EQ(page.kind, AnswerKind::kEvents);
  EXPECT_FALSE(page.has_next);
}

TEST(Interpret, a_next_link_means_a_further_page_wherever_it_leads) {
  const auto has_next = [](const std::string& link) { return answer(200, {{"link", link}}, "[]").has_next; };
  EXPECT_TRUE(has_next("<https://api.github.com/repositories/1/events?page=2>; rel=\"next\""));
  EXPECT_TRUE(has_next("</repositories/1/events?page=2>; rel=\"next\""));
  EXPECT_TRUE(has_next("<https://of.the.proxied.example/repositories/1/events?page=2>; rel=\"next\""));
  EXPECT_FALSE(has_next("<https://api.github.com/repositories/1/events?page=1>; rel=\"prev\""));
}

TEST(Interpret, tells_whether_a_link_came_at_all) {
  EXPECT_FALSE(answer(200, {}, "[]").linked);
  EXPECT_TRUE(answer(200, {{"Link", "</x?page=2>; rel=\"prev\""}}, "[]").linked);
}

TEST(Interpret, names_each_kind_of_answer) {
  EXPECT_EQ(interpret(kRoot, fixtures::exchange("status_304")).kind, AnswerKind::kNotModified);
  EXPECT_EQ(interpret(kRoot, fixtures::exchange("not_found")).kind, AnswerKind::kNotFound);
  EXPECT_EQ(interpret(kRoot, fixtures::exchange("secondary_limit")).kind, AnswerKind::kSecondaryLimit);
  EXPECT_EQ(interpret(kRoot, fixtures::exchange("secondary_limit_429")).kind, AnswerKind::kSecondaryLimit);
  EXPECT_EQ(interpret(kRoot, fixtures::exchange("abuse_limit")).kind, AnswerKind::kSecondaryLimit);
  EXPECT_EQ(interpret(kRoot, fixtures::exchange("primary_limit")).kind, AnswerKind::kPrimaryLimit);
  EXPECT_EQ(answer(422, {}, R"({"message":"In order to keep the API fast"})").kind, AnswerKind::kEndOfFeed);
  EXPECT_EQ(answer(401, {}, R"({"message":"Bad credentials"})").kind, AnswerKind::kUnauthorized);
  EXPECT_EQ(answer(410).kind, AnswerKind::kNotFound);
  EXPECT_EQ(answer(451).kind, AnswerKind::kBlocked);
  EXPECT_EQ(answer(403, {}, R"({"message":"Repository access blocked","block":{"reason":"tos"}})").kind,
            AnswerKind::kBlocked);
  EXPECT_EQ(answer(403, {}, R"({"message":"Missing or invalid User Agent string."})").kind, AnswerKind::kForbidden);
  EXPECT_EQ(answer(403, {}, R"({"message":"API Rate Limit Exceeded for 192.0.2.1"})").kind, AnswerKind::kPrimaryLimit);
  EXPECT_EQ(answer(429).kind, AnswerKind::kSecondaryLimit);
  for (const int status : {500, 502, 503, 599}) EXPECT_EQ(answer(status).kind, AnswerKind::kServerError) << status;
  for (const int status : {0, 201, 204, 206, 400, 418, 600}) {
    EXPECT_EQ(answer(status).kind, AnswerKind::kBadAnswer) << status;
  }
  EXPECT_EQ(answer(200, {}, "<html>").kind, AnswerKind::kBadAnswer);
  const Answer none = interpret(kRoot, tl::unexpected(TransportError{TransportFailure::kReset, "reset by peer"}));
  EXPECT_EQ(none.kind, AnswerKind::kNoAnswer);
  EXPECT_EQ(none.message, "No answer from GitHub: reset by peer");
}

TEST(Interpret, tells_a_limit_by_words_in_json_html_or_text) {
  const auto kind = [](int status, const char* body) { return answer(status, {}, body).kind; };
  for (const int status : {403, 429}) {
    for (const char* body : {
             "<html><head><title>Whoa</title></head><body>a <b>secondary\n rate&nbsp;limit</b>.</body></html>",
             "You have exceeded a secondary rate limit.",
             R"({"message":"Slow down","documentation_url":"https://docs.github.com/rest#secondary-rate-limits"})",
             R"({"errors":[{"message":"You have exceeded a SECONDARY rate limit"}]})",
             R"({"message":"Maximum number of login attempts exceeded. Please try again later."})",
             "<!DOCTYPE html><p>Too many requests. Please wait a few minutes before you try again.",
         }) {
      EXPECT_EQ(kind(status, body), AnswerKind::kSecondaryLimit) << status << body;
    }
    EXPECT_EQ(kind(status, "<h1>API rate limit exceeded for 192.0.2.1</h1>"), AnswerKind::kPrimaryLimit);
    EXPECT_EQ(answer(status, {{"X-RateLimit-Remaining", "0"}}).kind, AnswerKind::kPrimaryLimit) << "without a reset";
    EXPECT_EQ(answer(status, {{"Retry-After", "-1"}}).kind, AnswerKind::kSecondaryLimit);
  }
  EXPECT_EQ(kind(403, "<script>if (rate limit) {}</script><h1>Access denied</h1>"), AnswerKind::kForbidden);
}

TEST(Interpret, says_what_to_do_where_access_is_refused) {
  const std::string link = "https://github.com/orgs/o/sso?authorization_request=AAAA";
  const Headers sso = {{"X-GitHub-SSO", "required; url=" + link}};
  const std::string saml = R"({"message":"Resource protected by organization SAML enforcement."})";
  for (const int status : {403, 404}) {
    const Answer refused = answer(status, sso, saml);
    EXPECT_EQ(refused.kind, AnswerKind::kForbidden);
    EXPECT_NE(refused.message.find(link), std::string::npos) << refused.message;
  }
  EXPECT_EQ(answer(404, {{"X-GitHub-SSO", "partial-results; organizations=1"}}).kind, AnswerKind::kNotFound);
  const std::pair<const char*, const char*> cases[] = {
      {"Resource protected by organization SAML enforcement.", "single sign-on"},
      {"the `o` organization has an IP allow list enabled, and your IP address is not permitted", "IP allow list"},
      {"forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 366 days",
       "lifetime"},
      {"`o` forbids access via a personal access token (classic).", "kind of token"},
      {"the `o` organization has enabled OAuth App access restrictions, data access to third-parties is limited",
       "not approved"},
      {"Resource not accessible by personal access token", "give it read access"},
      {"Sorry. Your account was suspended.", "suspended"},
      {"This installation has been suspended", "suspended"},
      {"Request forbidden by administrative rules. Please make sure your request has a User-Agent header", "rules"},
      {"Nobody knows", "see what the token may read"},
  };
  for (const auto& [words, advice] : cases) {
    const Answer refused = answer(403, {}, std::string(R"({"message":")") + words + "\"}");
    EXPECT_EQ(refused.kind, AnswerKind::kForbidden) << words;
    EXPECT_NE(refused.message.find(advice), std::string::npos) << refused.message;
    EXPECT_LE(refused.message.size(), 900u);
  }
  EXPECT_EQ(answer(403, {{"X-RateLimit-Remaining", "0"}}, saml).kind, AnswerKind::kForbidden) << "the last of the hour";
  EXPECT_NE(
      answer(403, {{"X-Accepted-GitHub-Permissions", "metadata=read"}}, R"({"message":"Resource not accessible"})")
          .message.find("it needs metadata=read"),
      std::string::npos);
  EXPECT_EQ(answer(403, {{"X-GitHub-SSO", "required; url=javascript:alert(1)"}}, saml).message.find("javascript"),
            std::string::npos);
}

TEST(Interpret, tells_what_is_taken_down) {
  for (const char* body : {R"({"block":{"reason":"tos"}})", R"({"message":"Repository access blocked","block":null})",
                           R"({"message":"Repository unavailable due to DMCA takedown."})",
                           R"({"message":"This repository has been disabled."})"}) {
    EXPECT_EQ(answer(403, {}, body).kind, AnswerKind::kBlocked) << body;
  }
}

TEST(Interpret, a_304_is_an_error_where_nobody_asked_whether_the_page_has_changed) {
  const HttpRequest request = events_request(kRoot, "/repos/o/r/events", 1, {});
  const Answer odd = github::interpret(kRoot, request, HttpResponse{304, {}, ""}, kReceived);
  EXPECT_EQ(odd.kind, AnswerKind::kBadAnswer);
  EXPECT_NE(odd.message.find("did not ask"), std::string::npos) << odd.message;
}

TEST(Interpret, hides_the_token_that_was_sent) {
  const ApiRoot renewed{"https://api.github.com", "ghp_renewed", "repopulse"};
  const HttpRequest request = events_request(renewed, "/repos/o/r/events", 1, {});
  const Answer refused = github::interpret(kRoot, request, HttpResponse{403, {}, "no ghp_renewed here"}, kReceived);
  EXPECT_EQ(refused.message.find("ghp_renewed"), std::string::npos) << refused.message;
}

TEST(Interpret, says_where_a_refused_redirect_leads) {
  const auto message = [](Headers headers) { return answer(301, std::move(headers)).message; };
  EXPECT_EQ(
      message({{"Location", "https://evil.example/x"}}),
      "GitHub redirects to https://evil.example, which is another host and is not followed (GitHub answered 301)");
  EXPECT_NE(message({{"Location", "http://api.github.com:81/x"}}).find("http://api.github.com:81,"), std::string::npos);
  EXPECT_EQ(message({}), "GitHub redirects without saying where to: there is no Location (GitHub answered 301)");
  EXPECT_NE(message({{"Location", "mailto:ghp_secret"}}).find("cannot be followed: mailto:***"), std::string::npos);
  EXPECT_EQ(message({{"Location", "/x"}}), "");
}

TEST(Interpret, follows_redirects_of_a_proxied_github_through_the_proxy) {
  ApiRoot proxy{"http://proxy.example:81/gh", "ghp_secret", "repopulse"};
  const auto location = [&proxy](const char* target) {
    return interpret(proxy, HttpResponse{301, {{"Location", target}}, ""}).location;
  };
  EXPECT_EQ(location("https://api.github.com/repositories/42/events?per_page=100"), "/repositories/42/events");
  EXPECT_EQ(location("//proxy.example:81/gh/repositories/42/events"), "/repositories/42/events");
  EXPECT_EQ(location("https://ghe.example/api/v3/repositories/42/events"), "") << "not known yet";
  proxy.replaces = replaced_root("<https://ghe.example/api/v3/repositories/42/events?page=2>; rel=\"next\"", "{}");
  EXPECT_EQ(proxy.replaces, "https://ghe.example/api/v3");
  EXPECT_EQ(location("https://ghe.example/api/v3/repositories/42/events"), "/repositories/42/events");
  EXPECT_EQ(location("https://ghe.example/other"), "");
  EXPECT_EQ(location("https://evil.example/api/v3/repositories/42/events"), "");
  EXPECT_EQ(replaced_root("", R"({"repo":{"name":"o/r","url":"https://ghe.example/api/v3/repos/o/r"}})"),
            "https://ghe.example/api/v3");
  EXPECT_EQ(replaced_root("", R"({"repo":{"url":"u"}})"), "");
  for (const char* path : {"/orgs/o/events", "/user/42/received_events", "/users/hubot/received_events"}) {
    EXPECT_EQ(replaced_root("<https://ghe.example/api/v3" + std::string(path) + "?page=2>; rel=\"next\"", "{}"),
              "https://ghe.example/api/v3")
        << path;
  }
}

TEST(Interpret, a_secondary_limit_is_told_from_the_primary_one_by_its_message) {
  const Headers used_up = {{"X-RateLimit-Limit", "60"}, {"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "99"}};
  EXPECT_EQ(answer(429, used_up).kind, AnswerKind::kPrimaryLimit);
  EXPECT_EQ(answer(403, used_up, R"({"message":"You have exceeded a secondary rate limit."})").kind,
            AnswerKind::kSecondaryLimit);
}

TEST(Interpret, reads_retry_after_in_both_forms) {
  EXPECT_EQ(interpret(kRoot, fixtures::exchange("secondary_limit_429")).retry_after, 8s);
  EXPECT_EQ(interpret(kRoot, fixtures::exchange("secondary_limit_date")).retry_after, 8s);
  const std::string date = "Mon, 20 Jan 2020 10:00:00 GMT";
  EXPECT_EQ(answer(503, {{"Date", date}, {"Retry-After", "Mon, 20 Jan 2020 09:00:00 GMT"}}).retry_after, 0s);
  EXPECT_EQ(answer(503, {{"Retry-After", date}}).retry_after, 30s) << "by our clock";
  EXPECT_EQ(answer(503, {{"Retry-After", "99999999999"}}).retry_after, 24h);
  for (const char* odd : {"", "soon", "-1", "1.5", "99999999999999999999999"}) {
    EXPECT_EQ(answer(503, {{"Date", date}, {"Retry-After", odd}}).retry_after, std::nullopt) << odd;
  }
}

TEST(Interpret, a_limit_that_is_used_up_needs_no_total) {
  const Answer refused =
      answer(403, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "99"}, {"X-RateLimit-Used", "60"}});
  EXPECT_EQ(refused.kind, AnswerKind::kPrimaryLimit);
  ASSERT_TRUE(refused.rate_limit);
  EXPECT_EQ(refused.rate_limit->limit, 60);
  EXPECT_EQ(core::unix_seconds(refused.rate_limit->reset), 99);
}

TEST(Interpret, takes_no_headers_that_make_no_sense) {
  EXPECT_FALSE(answer(304, {{"X-Poll-Interval", "-5"}}).poll_interval);
  EXPECT_FALSE(answer(304, {{"X-Poll-Interval", "often"}}).poll_interval);
  EXPECT_FALSE(answer(304, {{"X-RateLimit-Limit", "60"}, {"X-RateLimit-Remaining", "x"}}).rate_limit);
  EXPECT_FALSE(answer(304, {{"X-RateLimit-Limit", "60"},
                            {"X-RateLimit-Remaining", "1"},
                            {"X-RateLimit-Reset", "9223372036854775807"}})
                   .rate_limit);
  EXPECT_EQ(answer(200, {{"ETag", std::string(5000, 'x')}}, "[]").validator.etag, "");
  EXPECT_EQ(answer(200, {{"ETag", "\"a\r\nX: y\""}}, "[]").validator.etag, "");
}

TEST(Interpret, follows_redirects_on_the_same_origin_only) {
  const Answer moved = interpret(kRoot, fixtures::exchange("moved_permanently"));
  EXPECT_EQ(moved.kind, AnswerKind::kRedirect);
  EXPECT_TRUE(moved.permanent);
  EXPECT_EQ(moved.location, "/repositories/40763577");

  const auto location = [](const char* target) { return answer(307, {{"Location", target}}).location; };
  EXPECT_EQ(location("https://api.github.com/repositories/1/events?per_page=100&page=2&x=1"),
            "/repositories/1/events?x=1");
  EXPECT_EQ(location("/repositories/1/events?per_page=100"), "/repositories/1/events");
  EXPECT_EQ(location("/repositories/1/events?a=1&per_page=100&b&&c=%26#d"), "/repositories/1/events?a=1&b&c=%26");
  for (const char* empty : {"/x", "/x?", "/x?#", "/x?&", "/x#", "/x?page=2&#"})
    EXPECT_EQ(location(empty), "/x") << empty;
  for (const char* elsewhere : {"", "https://evil.example/repositories/1/events", "http://api.github.com/x", "//evil/x",
                                "ftp://api.github.com/x", "https://me@api.github.com/x", "javascript:alert(1)", "x/y",
                                "https://api.github.com/a b"}) {
    EXPECT_EQ(location(elsewhere), "") << elsewhere;
  }
  EXPECT_FALSE(answer(307, {{"Location", "/x"}}).permanent);
  EXPECT_FALSE(answer(302, {{"Location", "/x"}}).permanent);
  EXPECT_TRUE(answer(308, {{"Location", "/x"}}).permanent);
}

TEST(Interpret, reads_redirects_below_an_enterprise_root) {
  const ApiRoot root{"https://ghe.example/api/v3", "", "repopulse"};
  const auto location = [&root](const char* target) {
    return interpret(root, HttpResponse{301, {{"Location", target}}, ""}).location;
  };
  EXPECT_EQ(location("https://ghe.example/api/v3/repositories/1/events"), "/repositories/1/events");
  EXPECT_EQ(location("https://GHE.example:443/other?page=2"), "https://ghe.example:443/other");
}

TEST(Interpret, says_of_what_an_account_receives_that_the_account_is_not_there) {
  const HttpRequest request = events_request(kRoot, feed_path("users/hubot"), 2, {});
  const HttpResponse refused{404, {}, R"({"message":"Not Found"})"};
  EXPECT_EQ(interpret(kRoot, request, refused, {}).message,
            "Not found: no account has this login; it is misspelt, or was renamed or deleted (GitHub answered 404)");
}

TEST(Interpret, says_what_an_answer_means_and_then_what_it_was) {
  EXPECT_EQ(interpret(kRoot, fixtures::exchange("not_found")).message,
            "Not found: misspelt, deleted, or private and not visible to this token (GitHub answered 404)");
  EXPECT_EQ(answer(401, {}, R"({"message":"Bad credentials"})").message,
            "The token is not valid (GitHub answered 401: Bad credentials)");
  EXPECT_EQ(answer(451, {}, R"({"message":"Repository access blocked","block":{"reason":"dmca"}})").message,
            "GitHub has blocked access (GitHub answered 451: Repository access blocked; reason: dmca)");
  EXPECT_EQ(answer(403, {}, R"({"message":"Resource not accessible"})").message,
            "GitHub refused the request: see what the token may read, and whether a proxy on the way refuses (GitHub "
            "answered 403: Resource not accessible)");
  EXPECT_EQ(answer(403, {}, R"({"message":"API rate limit exceeded"})").message,
            "The rate limit is used up (GitHub answered 403: API rate limit exceeded)");
  EXPECT_EQ(answer(429).message, "GitHub asks for fewer requests (GitHub answered 429)");
  EXPECT_EQ(answer(502, {}, "<html>bad gateway</html>").message, "GitHub has an internal error (GitHub answered 502)");
  EXPECT_EQ(answer(418).message, "Unexpected answer (GitHub answered 418)");
}

TEST(Interpret, quotes_github_in_one_clean_line) {
  EXPECT_EQ(answer(503, {}, "{\"message\":\" Out of\\n\\u0007 order \"}").message,
            "GitHub has an internal error (GitHub answered 503: Out of order)");
  EXPECT_EQ(answer(400, {}, R"({"message":"token ghp_secret, ghp_secret"})").message,
            "Unexpected answer (GitHub answered 400: token ***, ***)");
  std::string umlauts;
  for (int i = 0; i < 400; ++i) umlauts += "ü";
  const std::string message = answer(400, {}, "{\"message\":\"" + umlauts + "\"}").message;
  EXPECT_LE(message.size(), 300u);
  EXPECT_TRUE(message.ends_with("ü)")) << message;
}

}  // namespace
}  // namespace repopulse::github
