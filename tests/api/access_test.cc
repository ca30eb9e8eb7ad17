#include <openssl/evp.h>

#include "api/key_limiter.h"
#include "api/wrong_key_limiter.h"
#include "tests/api/api_fixture.h"

namespace repopulse::api::test {
namespace {

class Access : public ApiTest {};

TEST_F(Access, a_request_without_a_key_is_refused_in_githubs_words_and_not_delayed) {
  key_.clear();
  for (int i = 0; i < 100; ++i) {
    const Answer answer = get("/api/repos/");
    ASSERT_EQ(answer.status, 401);
    ASSERT_EQ(answer.body, R"({"message":"Bad credentials","documentation_url":"/api/docs","status":"401"})");
    ASSERT_EQ(answer.delay, 0ms);
  }
}

TEST_F(Access, a_key_is_taken_from_any_of_the_headers) {
  for (const auto& [name, value] : Fields{{"X-API-Key", read_key_},
                                          {"Authorization", "Bearer " + read_key_},
                                          {"Authorization", "bearer  " + read_key_},
                                          {"Authorization", "token " + read_key_}}) {
    EXPECT_EQ(get("/api/repos/", {{name, value}}).status, 200) << name << ": " << value;
  }
  EXPECT_EQ(get("/api/repos/", {{"Authorization", "Basic " + read_key_}}).status, 401);
  EXPECT_EQ(get("/api/repos/", {{"Authorization", read_key_}}).status, 401);
}

std::string basic(const std::string& text) {
  std::string encoded(4 * (text.size() / 3 + 1) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  encoded.resize(static_cast<std::size_t>(size));
  return "Basic " + encoded;
}

TEST_F(Access, http_basic_is_taken_as_github_takes_it) {
  for (const std::string& text :
       {"ada:" + read_key_, ":" + read_key_, "Ada L:" + read_key_, read_key_ + ":", read_key_ + ":x-oauth-basic"}) {
    EXPECT_EQ(get("/api/repos/", {{"Authorization", basic(text)}}).status, 200) << text;
  }
  EXPECT_EQ(get("/api/key", {{"Authorization", basic("ada:" + admin_key_)}}).body, R"({"role":"admin"})");
  for (const std::string text : {"ada:wrong", "wrong:", "no colon", ":", "", "ada:", "wrong:x-oauth-basic"}) {
    EXPECT_EQ(get("/api/repos/", {{"Authorization", basic(text)}}).status, 401) << text;
  }
  for (const std::string broken : {"", "=", "====", "YTpi*", "YTpi=", "Y===", "YTp", ":::::"}) {
    EXPECT_EQ(get("/api/repos/", {{"Authorization", "Basic " + broken}}).status, 401) << broken;
  }
}

TEST_F(Access, what_a_browser_adds_by_itself_is_not_taken) {
  const std::string value = basic("ada:" + admin_key_);
  for (const auto& mark : Fields{{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}}) {
    EXPECT_EQ(
        ask(http::Method::kPost, "/api/repos/", R"({"full_name":"a/b"})", {{"Authorization", value}, mark}).status, 401)
        << mark.first;
  }
  EXPECT_EQ(get("/api/repos/", {{"Authorization", "Bearer " + admin_key_}, {"Origin", "https://own.example"}}).status,
            200)
      << "no browser adds that by itself";
}

TEST_F(Access, a_read_key_changes_nothing) {
  add("o/r");
  key_ = read_key_;
  for (const auto& [method, target] : std::vector<std::pair<http::Method, std::string>>{
           {http::Method::kPost, "/api/repos/"},
           {http::Method::kDelete, "/api/repos/o/r"},
           {http::Method::kPost, "/api/repos/o/r/activate"},
           {http::Method::kPost, "/api/repos/o/r/deactivate"},
       }) {
    const Answer answer = ask(method, target, R"({"full_name":"a/b"})");
    EXPECT_EQ(answer.status, 403) << target;
    EXPECT_NE(answer.body.find("read-only"), std::string::npos) << answer.body;
  }
  EXPECT_TRUE(monitor_->snapshot()->find("o/r")->repository.active);
  EXPECT_EQ(monitor_->snapshot()->repositories.size(), 1u);
}

TEST_F(Access, a_key_is_told_what_it_may_do) {
  EXPECT_EQ(get("/api/key").body, R"({"role":"admin"})");
  EXPECT_EQ(get_with("/api/key", read_key_).body, R"({"role":"read"})");
  EXPECT_EQ(get_with("/api/key", "wrong").status, 401);
}

TEST_F(Access, a_revoked_key_counts_no_more_after_the_next_refresh) {
  EXPECT_EQ(get_with("/api/repos/", read_key_).status, 200);
  ASSERT_TRUE(store_.revoke_key("02020202"));
  ASSERT_TRUE(keys_.refresh());
  EXPECT_EQ(get_with("/api/repos/", read_key_).status, 401);
}

TEST_F(Access, an_accepted_key_of_any_text_is_an_admin_key) {
  KeyMaterial salt{};
  salt.salt.fill(7);
  keys_.accept("a key of my own", salt);
  EXPECT_EQ(
      ask(http::Method::kPost, "/api/repos/", R"({"full_name":"a/b"})", {{"X-API-Key", "a key of my own"}}).status,
      201);
  EXPECT_EQ(get_with("/api/repos/", "a key of my ow").status, 401);
}

TEST_F(Access, wrong_keys_are_answered_slower_and_slower_and_then_not_at_all_for_a_while) {
  std::chrono::milliseconds last{0};
  for (int i = 1; i <= WrongKeyLimiter::kLimit; ++i) {
    const Answer answer = get_with("/api/repos/", "wrong");
    ASSERT_EQ(answer.status, 401) << i;
    ASSERT_EQ(answer.delay > 0ms, i > WrongKeyLimiter::kTolerated) << i;
    ASSERT_GE(answer.delay, last);
    ASSERT_LE(answer.delay, WrongKeyLimiter::kLongestDelay);
    last = answer.delay;
  }
  now_ += 10s;
  const Answer refused = get_with("/api/repos/", "wrong");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "50");

  EXPECT_EQ(get_with("/api/repos/", read_key_).status, 200) << "a right key from there is not affected";
  EXPECT_EQ(get_with("/api/repos/", read_key_).delay, 0ms);
  remote_ = "192.0.2.2";
  EXPECT_EQ(get_with("/api/repos/", "wrong").delay, 0ms) << "nor is another address";

  remote_ = "192.0.2.1";
  now_ += 51s;
  EXPECT_EQ(get_with("/api/repos/", "wrong").status, 401) << "a minute later it is forgotten";
}

TEST_F(Access, each_read_key_has_a_limit_of_its_own_where_one_is_set) {
  key_limit_ = 10;
  serve();
  add("o/r");
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(get_with("/api/repos/o/r/events/", read_key_).status, 200) << "a route of two handlers counts once";
  }
  for (const char* target : {"/api/repos/", "/api/repos/o/r/events/", "/badge/o/r.svg", "/api/stream"}) {
    const Answer answer = get_with(target, read_key_);
    EXPECT_EQ(answer.status, 429) << target;
    EXPECT_EQ(answer.header("Retry-After"), "6") << target;
  }
  for (int i = 0; i < 20; ++i) ASSERT_EQ(get_with("/api/repos/", admin_key_).status, 200);
  EXPECT_EQ(get("/healthz").status, 200);
  now_ += 6s;
  EXPECT_EQ(get_with("/api/repos/", read_key_).status, 200);
  EXPECT_EQ(get_with("/api/repos/", read_key_).status, 429);
}

TEST_F(Access, each_user_of_a_proxy_has_that_limit_too) {
  key_limit_ = 10;
  proxy_auth_ = {"X-User", "X-Groups"};
  from_trusted_proxy_ = true;
  key_.clear();
  serve();
  for (int i = 0; i < 10; ++i) ASSERT_EQ(get("/api/repos/", {{"X-User", "ada"}}).status, 200);
  const Answer refused = get("/api/repos/", {{"X-User", "ada"}});
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "6");
  EXPECT_EQ(get("/api/repos/", {{"X-User", "grace"}}).status, 200);
  EXPECT_EQ(get_with("/api/repos/", read_key_).status, 200);
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(get("/api/repos/", {{"X-User", "ada"}, {"X-Groups", "admin"}}).status, 200) << "an admin has none";
  }
}

TEST(KeyLimiterTest, one_key_takes_nothing_from_another) {
  KeyLimiter limiter(1);
  EXPECT_FALSE(limiter.count("a", kStart));
  EXPECT_FALSE(limiter.count("b", kStart));
  EXPECT_EQ(limiter.count("a", kStart), 60s);
  KeyLimiter none(0);
  for (int i = 0; i < 1'000; ++i) ASSERT_FALSE(none.count("a", kStart));
}

TEST(WrongKeyLimiterTest, the_table_of_addresses_is_bounded_and_keeps_those_with_the_most_wrong_keys) {
  WrongKeyLimiter limiter;
  for (int i = 0; i < 20; ++i) limiter.count("203.0.113.7", kStart);
  for (std::size_t i = 0; i < 2 * WrongKeyLimiter::kAddressesMax; ++i) limiter.count(std::to_string(i), kStart);
  EXPECT_EQ(limiter.count("203.0.113.7", kStart).delay, WrongKeyLimiter::kLongestDelay);
}

}  // namespace
}  // namespace repopulse::api::test
