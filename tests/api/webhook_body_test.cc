#include "api/webhook_body.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "api/recent_deliveries.h"
#include "api/webhook_signature.h"

namespace repopulse::api {
namespace {

WebhookBody read(std::string_view text, std::size_t piece = std::string_view::npos) {
  WebhookBody body;
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) body.take(text.substr(0, piece));
  return body;
}

constexpr std::string_view kPush =
    R"({"ref":"refs/heads/main","commits":[{"message":"a \"quote\" { [ , : \\",)"
    R"("repository":{"full_name":"not/this"}}], "repository" : { "id" : 1296269, "node_id":"x",)"
    R"("owner":{"id":7,"full_name":"nor/this"}, "full_name" : "octocat\/Hello-World",)"
    R"("topics":["full_name","id"],"size":12.5e3}, "sender":{"id":5,"full_name":"a/b"}, "full_name":"c/d", "id":9})";

TEST(WebhookBody, FindsTheRepositoryWhereverItStandsInTheBody) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, kPush.size()}) {
    const WebhookBody body = read(kPush, piece);
    EXPECT_TRUE(body.is_object());
    EXPECT_EQ(body.full_name(), "octocat/Hello-World");
    EXPECT_EQ(body.repository_id(), 1296269u);
  }
}

TEST(WebhookBody, AgreesWithAParserOnAllOrdersOfMembers) {
  std::vector<std::string> members = {R"("repository":{"full_name":"o/r","id":3})", R"("a":{"repository":{"id":4}})",
                                      R"("b":["repository",{"full_name":"x/y"}])", R"("c":"repository")"};
  std::sort(members.begin(), members.end());
  do {
    std::string text = "{";
    for (const std::string& member : members) text += (text.size() > 1 ? "," : "") + member;
    text += "}";
    const auto json = boost::json::parse(text);
    EXPECT_EQ(read(text).full_name(), json.at("repository").at("full_name").as_string()) << text;
    EXPECT_EQ(static_cast<std::int64_t>(read(text).repository_id()), json.at("repository").at("id").as_int64()) << text;
  } while (std::next_permutation(members.begin(), members.end()));
}

TEST(WebhookBody, AFormHasTheObjectInItsPayload) {
  const std::string form =
      "x=%7B&payload=%7B%22repository%22%3a+%7B%22full_name%22%3A%22o%2Fr%22%2C%22id%22%3A8%7D%7D&y=1";
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, form.size()}) {
    const WebhookBody body = read(form, piece);
    EXPECT_TRUE(body.is_object());
    EXPECT_EQ(body.full_name(), "o/r");
    EXPECT_EQ(body.repository_id(), 8u);
  }
  EXPECT_FALSE(read("payloads=%7B%7D").is_object());
  EXPECT_FALSE(read("payload=%7").is_object());
}

TEST(WebhookBody, SaysWhereThereIsNoRepository) {
  for (const char* text :
       {"{}", R"({"repository":null})", R"({"repository":"o/r"})", R"({"repository":["full_name","o/r"]})",
        R"({"repository":{"full_name":7}})", R"({"organization":{"full_name":"o/r"}})",
        R"({"x":{"repository":{"full_name":"o/r"}}})", R"({"repository":{"full_name":"\u006f/r"}})"}) {
    EXPECT_TRUE(read(text).is_object()) << text;
    EXPECT_EQ(read(text).full_name(), "") << text;
  }
}

TEST(WebhookBody, WhatIsNoObjectIsSeen) {
  for (const char* text :
       {"", " ", "[]", "7", "null", "{", R"({"repository":{"full_name":"o/r"})", "{} x", R"({"a":"}")"}) {
    EXPECT_FALSE(read(text).is_object()) << text;
  }
}

TEST(WebhookBody, KeepsNothingOfLongAndDeepBodies) {
  WebhookBody body;
  body.take(R"({"text":")" + std::string(1'000'000, 'x') + R"(",)");
  body.take(R"("deep":)" + std::string(100'000, '[') + std::string(100'000, ']'));
  body.take(R"(,"repository":{")" + std::string(1'000'000, 'n') + R"(":1,"full_name":")" + std::string(1'000'000, 'f'));
  EXPECT_LT(body.full_name().capacity(), 1000u);
  body.take(R"(","id":)" + std::string(1000, '9') + "}}");
  EXPECT_TRUE(body.is_object());
  EXPECT_EQ(body.full_name(), "");
}

TEST(WebhookSignature, IsTheOneOfGitHubsDocumentation) {
  // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
  WebhookSignature signature("It's a Secret to Everybody");
  signature.update("Hello, ");
  signature.update("World!");
  const auto digest = signature.finish();
  const std::string right = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  EXPECT_TRUE(says_digest(right, digest));
  std::string upper = right;
  for (std::size_t i = 7; i < upper.size(); ++i) upper[i] = static_cast<char>(std::toupper(upper[i]));
  EXPECT_TRUE(says_digest(upper, digest));
  for (std::size_t i = 0; i < right.size(); ++i) {
    std::string wrong = right;
    wrong[i] = wrong[i] == '0' ? '1' : '0';
    EXPECT_FALSE(says_digest(wrong, digest)) << wrong;
  }
  for (const std::string& wrong : {std::string(), std::string("sha256="), right.substr(7), right + "0",
                                   right.substr(0, 70), "sha1=" + right.substr(7)}) {
    EXPECT_FALSE(says_digest(wrong, digest)) << wrong;
  }
}

TEST(RecentDeliveries, ForgetsTheOldestAndKeepsNoMoreThanItsNumber) {
  RecentDeliveries recent;
  for (std::size_t i = 0; i <= RecentDeliveries::kMost; ++i) recent.add(std::to_string(i));
  EXPECT_FALSE(recent.contains("0"));
  EXPECT_TRUE(recent.contains("1"));
  EXPECT_TRUE(recent.contains(std::to_string(RecentDeliveries::kMost)));
  recent.add(std::string(1'000'000, 'x'));
  EXPECT_TRUE(recent.contains(std::string(1'000'001, 'x'))) << "of a long one only the beginning is kept";
  EXPECT_FALSE(recent.contains("1"));
}

}  // namespace
}  // namespace repopulse::api
