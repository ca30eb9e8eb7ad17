#include "github/owner_listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace repopulse::github {
namespace {

using core::AnswerKind;

const ApiRoot kRoot{"https://api.github.com", "ghp_secret", "repopulse"};
constexpr core::Timestamp kNow{core::Millis(1'700'000'000'000)};

core::ListingPage answer(int status, Headers headers, std::string body) {
  const HttpRequest request = listing_request(kRoot, "org", "", 1, {"\"x\"", ""}, 100);
  return interpret_listing(kRoot, request, HttpResponse{status, std::move(headers), std::move(body)}, kNow);
}

TEST(OwnerListingRequest, asks_for_the_newest_first) {
  const HttpRequest first = listing_request(kRoot, "org", "", 1, {"W/\"x\"", ""}, 100);
  EXPECT_EQ(first.url, "https://api.github.com/users/org/repos?type=owner&sort=created&direction=desc&per_page=100");
  EXPECT_EQ(header(first.headers, "If-None-Match"), "W/\"x\"");
  EXPECT_EQ(header(first.headers, "Authorization"), "Bearer ghp_secret");
  const HttpRequest second = listing_request(kRoot, "org", "/user/42/repos", 2, {}, 100);
  EXPECT_EQ(second.url,
            "https://api.github.com/user/42/repos?type=owner&sort=created&direction=desc&per_page=100&page=2");
  EXPECT_EQ(header(second.headers, "If-None-Match"), "");
}

TEST(OwnerListingAnswer, a_page_has_its_repositories_its_validator_and_whether_there_is_another) {
  const auto page = answer(200,
                           {{"ETag", "W/\"abc\""},
                            {"Link", "<https://api.github.com/user/1/repos?page=2>; rel=\"next\""},
                            {"X-RateLimit-Limit", "5000"},
                            {"X-RateLimit-Remaining", "4999"},
                            {"X-RateLimit-Reset", "1700000600"}},
                           R"([{"id":7,"full_name":"Org/One","private":false,"archived":true,"fork":false,
                                "visibility":"public","owner":{"login":"Org"}},
                               {"id":8,"full_name":"Org/two","private":false,"archived":false,"fork":true},
                               {"id":9,"full_name":"Org/three","private":true},
                               {"id":10,"full_name":"Org/four","private":false,"visibility":"internal"}])");
  EXPECT_EQ(page.answer.kind, AnswerKind::kEvents);
  EXPECT_EQ(page.answer.validator.etag, "W/\"abc\"");
  EXPECT_TRUE(page.answer.has_next);
  EXPECT_TRUE(page.answer.rate_limit);
  EXPECT_EQ(page.answer.page_entries, 4u);
  ASSERT_EQ(page.repositories.size(), 4u);
  EXPECT_EQ(page.repositories[0].name.full_name(), "Org/One");
  EXPECT_EQ(page.repositories[0].github_id, 7u);
  EXPECT_TRUE(page.repositories[0].archived);
  EXPECT_FALSE(page.repositories[0].fork);
  EXPECT_FALSE(page.repositories[0].hidden);
  EXPECT_TRUE(page.repositories[1].fork);
  EXPECT_TRUE(page.repositories[2].hidden);
  EXPECT_TRUE(page.repositories[3].hidden);
}

TEST(OwnerListingAnswer, what_is_not_a_repository_spoils_none_of_its_neighbours) {
  const auto page =
      answer(200, {}, R"([null, 7, "x", [], {}, {"id":1}, {"full_name":"o/r"}, {"id":-1,"full_name":"o/r"},
      {"id":"1","full_name":"o/r"}, {"id":1,"full_name":"../../etc"}, {"id":1,"full_name":"https://github.com/o/r"},
      {"id":1,"full_name":"o/r/x"}, {"id":1,"full_name":"o/<script>"}, {"id":99,"full_name":"o/r","archived":"yes"}])");
  EXPECT_EQ(page.answer.kind, AnswerKind::kEvents);
  EXPECT_EQ(page.answer.malformed, 13u);
  ASSERT_EQ(page.repositories.size(), 1u);
  EXPECT_EQ(page.repositories[0].github_id, 99u);
  EXPECT_FALSE(page.repositories[0].archived);
}

TEST(OwnerListingAnswer, what_is_not_a_page_is_told) {
  for (const std::string body : {"", "{}", "[", "<html>", "[1,]", "\xff"}) {
    const auto page = answer(200, {}, body);
    EXPECT_EQ(page.answer.kind, AnswerKind::kBadAnswer) << body;
    EXPECT_NE(page.answer.message, "");
    EXPECT_TRUE(page.repositories.empty());
  }
}

TEST(OwnerListingAnswer, refusals_are_as_those_of_feeds) {
  EXPECT_EQ(answer(304, {}, "").answer.kind, AnswerKind::kNotModified);
  EXPECT_EQ(answer(401, {}, "{}").answer.kind, AnswerKind::kUnauthorized);
  EXPECT_EQ(answer(403, {{"X-RateLimit-Remaining", "0"}}, R"({"message":"API rate limit exceeded"})").answer.kind,
            AnswerKind::kPrimaryLimit);
  const auto missing = answer(404, {}, R"({"message":"Not Found"})").answer;
  EXPECT_EQ(missing.kind, AnswerKind::kNotFound);
  EXPECT_THAT(missing.message, ::testing::HasSubstr("no account has this login"));
  const auto moved = answer(301, {{"Location", "https://api.github.com/user/42/repos?page=1"}}, "").answer;
  EXPECT_EQ(moved.kind, AnswerKind::kRedirect);
  EXPECT_EQ(moved.location, "/user/42/repos");
}

}  // namespace
}  // namespace repopulse::github
