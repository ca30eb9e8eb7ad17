#include "github/installation_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "github/answer_message.h"
#include "sim/app_keys.h"

namespace repopulse::github {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using testing::HasSubstr;
using testing::Not;

constexpr core::EventTime kNow{1'760'000'000s};
constexpr core::Timestamp kReceived = kNow + 3h;  // our clock is ahead
const std::string kToken = "ghs_" + std::string(300, 'a') + "." + std::string(200, '_');

HttpRequest request(const std::string& root = "https://api.github.com") {
  static const App app{"42", "7", *AppKey::read(sim::make_app_keys().private_key)};
  return installation_token_request({.url = root, .token = "another"}, app, kNow);
}

InstallationToken answer(int status, std::string body, Headers headers = {}) {
  headers.emplace_back("Date", core::format_http_date(kNow));
  return interpret_installation_token(request(), HttpResponse{status, std::move(headers), std::move(body)}, kReceived);
}

std::string body_with(const std::string& ends) {
  return R"({"token":")" + kToken + R"(","expires_at":")" + ends + R"("})";
}

TEST(InstallationToken, is_asked_for_with_the_jwt_of_the_app_below_the_root) {
  const HttpRequest asked = request("https://github.example/api/v3/");
  EXPECT_EQ(asked.url, "https://github.example/api/v3/app/installations/7/access_tokens");
  EXPECT_TRUE(asked.body) << "it is a POST";
  EXPECT_THAT(std::string(header(asked.headers, "Authorization")), testing::StartsWith("Bearer eyJ"));
  EXPECT_EQ(header(asked.headers, "Accept"), "application/vnd.github+json");
  EXPECT_EQ(header(asked.headers, "X-GitHub-Api-Version"), "2022-11-28");
  EXPECT_FALSE(header(asked.headers, "User-Agent").empty());
}

TEST(InstallationToken, lives_by_githubs_clock_until_it_ends) {
  const InstallationToken made = answer(201, body_with(core::format_rfc3339(kNow + 50min)));
  EXPECT_EQ(made.kind, AnswerKind::kEvents);
  EXPECT_EQ(made.token, kToken);
  EXPECT_EQ(made.lives, 50min);
  EXPECT_EQ(answer(201, body_with("soon")).lives, 1h) << "as GitHub documents";
  EXPECT_EQ(answer(201, body_with(core::format_rfc3339(kNow + 24h * 400))).lives, 24h);
}

TEST(InstallationToken, an_answer_without_a_usable_token_shows_nothing_of_its_body) {
  const std::string whole = body_with(core::format_rfc3339(kNow + 1h));
  for (const std::string& body :
       {std::string(), std::string("[]"), std::string("{}"), whole.substr(0, 100), "<html>" + kToken,
        std::string(R"({"token":"two words"})"), std::string(R"({"token":"a\r\nX-Other: b"})"),
        std::string(R"({"token":""})"), body_with(core::format_rfc3339(kNow - 1s))}) {
    const InstallationToken made = answer(201, body);
    EXPECT_EQ(made.kind, AnswerKind::kBadAnswer) << body;
    EXPECT_TRUE(made.token.empty());
    EXPECT_THAT(made.message, Not(HasSubstr("aaa")));
    EXPECT_FALSE(made.message.empty());
  }
}

TEST(InstallationToken, a_refusal_says_what_to_look_at) {
  struct Case {
    int status;
    std::string words;
    AnswerKind kind;
    std::string advice;
  };
  for (const Case& each :
       {Case{401, "A JSON web token could not be decoded", AnswerKind::kUnauthorized, "github-app-id"},
        Case{403, "This installation has been suspended", AnswerKind::kForbidden, "suspended"},
        Case{404, "Not Found", AnswerKind::kNotFound, "github-app-installation-id"},
        Case{422, "The permissions requested are not granted", AnswerKind::kForbidden, "not granted"},
        Case{403, "You have exceeded a secondary rate limit.", AnswerKind::kSecondaryLimit, "fewer"},
        Case{502, "Server Error", AnswerKind::kServerError, "could not make"},
        Case{302, "Found", AnswerKind::kBadAnswer, "redirects"}}) {
    const InstallationToken made = answer(each.status, R"({"message":")" + each.words + R"("})");
    EXPECT_EQ(made.kind, each.kind) << each.status;
    EXPECT_THAT(made.message, HasSubstr(each.advice));
    EXPECT_THAT(made.message, HasSubstr(std::to_string(each.status)));
  }
}

TEST(InstallationToken, a_used_up_limit_of_the_app_is_waited_for) {
  const Headers used_up = {{"X-RateLimit-Remaining", "0"},
                           {"X-RateLimit-Reset", std::to_string(core::unix_seconds(kNow + 10min))}};
  const InstallationToken made = answer(403, R"({"message":"API rate limit exceeded"})", used_up);
  EXPECT_EQ(made.kind, AnswerKind::kPrimaryLimit);
  EXPECT_GE(made.retry_after, 10min);
}

TEST(InstallationToken, no_part_of_the_jwt_comes_back_in_a_message_however_it_is_cut_or_wrapped) {
  const HttpRequest asked = request();
  const std::string jwt(sent_token(asked));
  for (const std::size_t from : {std::size_t{0}, std::size_t{40}, jwt.size() / 2}) {
    for (const std::string& text : {jwt.substr(from), std::string(1000, ' ') + jwt.substr(from),
                                    jwt.substr(from, 60) + "\n" + jwt.substr(from + 60)}) {
      const auto made = interpret_installation_token(asked, HttpResponse{401, {}, "Bad token " + text}, kReceived);
      for (std::size_t i = 0; i + 24 <= jwt.size(); ++i) {
        ASSERT_THAT(made.message, Not(HasSubstr(jwt.substr(i, 24))));
      }
    }
  }
}

TEST(Sanitised, pieces_of_the_token_are_hidden_and_the_rest_is_kept) {
  const std::string token = "abcdefghijklmnopqrstuvwxyz0123456789";
  EXPECT_EQ(sanitised(token, "a " + token + " b " + token), "a *** b ***");
  EXPECT_EQ(sanitised(token, "cut: " + token.substr(7)), "cut: ***");
  EXPECT_EQ(sanitised(token, token.substr(0, 15) + "!"), "abcdefghijklmno!") << "too short to tell";
  EXPECT_EQ(sanitised("short", "it is short, shor"), "it is ***, shor");
  EXPECT_EQ(sanitised("", "text"), "text");
}

}  // namespace
}  // namespace repopulse::github
