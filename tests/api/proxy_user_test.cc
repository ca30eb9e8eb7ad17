// Users whom a proxy has signed in: who counts as one, what such a user may do, and what is forged.
#include "api/proxy_user.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/api/api_fixture.h"

namespace repopulse::api::test {
namespace {

using http::Method;

class ProxyUsers : public ApiTest {
 protected:
  ProxyUsers() {
    proxy_auth_ = {"X-Forwarded-User", "X-Forwarded-Groups", "maintainers"};
    from_trusted_proxy_ = true;
    key_.clear();
    serve();
    add("o/r");
  }

  static Fields ada(Fields more = {}) {
    more.emplace_back("x-forwarded-user", "ada");
    return more;
  }
  static Fields grace(Fields more = {}) {
    more.emplace_back("X-Forwarded-User", "grace");
    more.emplace_back("X-Forwarded-Groups", "writers, maintainers");
    return more;
  }
  int add_repository(Fields fields) {
    const std::string name = "a/b" + std::to_string(++added_);
    return ask(Method::kPost, "/api/repos/", R"({"active":false,"full_name":")" + name + "\"}", std::move(fields))
        .status;
  }

 private:
  int added_ = 0;
};

TEST_F(ProxyUsers, a_user_reads_and_one_of_the_admins_group_changes) {
  EXPECT_EQ(get("/api/repos/", ada()).status, 200);
  EXPECT_EQ(get("/api/repos/o/r/events/", ada()).status, 200);
  EXPECT_EQ(get("/metrics", ada()).status, 200);
  EXPECT_EQ(add_repository(grace()), 201);
  const Answer refused = ask(Method::kPost, "/api/repos/", R"({"full_name":"a/b"})", ada());
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(refused.body.find("You may read only"), std::string::npos) << refused.body;
}

TEST_F(ProxyUsers, a_user_is_told_who_he_is) {
  EXPECT_EQ(get("/api/key", ada()).body, R"({"role":"read","user":"ada"})");
  EXPECT_EQ(get("/api/key", grace()).body, R"({"role":"admin","user":"grace"})");
  EXPECT_EQ(get("/api/key", {{"X-Forwarded-User", "  \xff\"ada\"  "}}).body,
            "{\"role\":\"read\",\"user\":\"\xef\xbf\xbd\\\"ada\\\"\"}");
  EXPECT_EQ(get("/api/public", ada()).body, R"({"public":"off","signed_in":true})");
  EXPECT_EQ(get("/api/public").body, R"({"public":"off"})");
}

TEST_F(ProxyUsers, what_does_not_come_from_a_trusted_proxy_is_ignored) {
  from_trusted_proxy_ = false;
  EXPECT_EQ(get("/api/repos/", ada()).status, 401);
  EXPECT_EQ(get("/api/repos/", grace({{"X-Forwarded-For", "127.0.0.1"}})).status, 401);
  EXPECT_EQ(add_repository(grace()), 401);
  EXPECT_EQ(get("/api/public", ada()).body, R"({"public":"off"})");
}

TEST_F(ProxyUsers, without_the_setting_no_header_signs_anybody_in) {
  proxy_auth_ = {};
  serve();
  EXPECT_EQ(get("/api/repos/", ada()).status, 401);
}

TEST_F(ProxyUsers, a_name_that_is_empty_too_long_or_there_twice_is_none) {
  EXPECT_EQ(get("/api/repos/", {{"X-Forwarded-User", "  "}}).status, 401);
  EXPECT_EQ(get("/api/repos/", {{"X-Forwarded-User", std::string(kLongestUserName, 'a')}}).status, 200);
  EXPECT_EQ(get("/api/repos/", {{"X-Forwarded-User", std::string(kLongestUserName + 1, 'a')}}).status, 401);
  EXPECT_EQ(get("/api/repos/", ada(ada())).status, 401);
}

TEST_F(ProxyUsers, a_role_counts_as_a_whole_entry_of_one_field) {
  for (const char* groups : {"", "maintainer", "xmaintainers", "Maintainers", "writers maintainers", "admin"}) {
    EXPECT_EQ(add_repository(ada({{"X-Forwarded-Groups", groups}})), 403) << groups;
  }
  for (const char* groups : {"maintainers", "a,maintainers", " maintainers , b", ",,maintainers"}) {
    EXPECT_EQ(add_repository(ada({{"X-Forwarded-Groups", groups}})), 201) << groups;
  }
  EXPECT_EQ(add_repository(ada({{"X-Forwarded-Groups", "maintainers"}, {"X-Forwarded-Groups", "x"}})), 403);
  proxy_auth_.role_header.clear();
  serve();
  EXPECT_EQ(add_repository(grace()), 403) << "where no field names roles, every user may read";
}

TEST_F(ProxyUsers, a_change_from_a_page_of_another_site_does_not_count) {
  for (const auto& mark : Fields{{"Sec-Fetch-Site", "cross-site"},
                                 {"Sec-Fetch-Site", "same-site"},
                                 {"Sec-Fetch-Site", "none"},
                                 {"Origin", "https://evil.example"},
                                 {"Origin", "https://pulse.example"},
                                 {"Origin", "null"}}) {
    EXPECT_EQ(add_repository(grace({mark})), 401) << mark.first << ": " << mark.second;
  }
  for (const auto& marks : {Fields{},
                            {{"Sec-Fetch-Site", "same-origin"}},
                            {{"Origin", "http://PULSE.example:8080"}},
                            {{"Origin", "https://repos.example"}, {"X-Forwarded-Host", "repos.example, inner"}}}) {
    EXPECT_EQ(add_repository(grace(marks)), 201);
  }
  EXPECT_EQ(get("/api/repos/", grace({{"Sec-Fetch-Site", "cross-site"}})).status, 200)
      << "other pages may send it and cannot read the answer";
}

// A proxy that knows its users by their network needs no cookie, and all origins may read answers.
TEST_F(ProxyUsers, a_page_of_another_site_cannot_read_what_the_user_may) {
  for (const char* origin : {"https://evil.example", "null", "https://pulse.example"}) {
    EXPECT_EQ(get("/api/repos/", ada({{"Origin", origin}})).status, 401) << origin;
    EXPECT_EQ(ask(Method::kHead, "/api/repos/", {}, ada({{"Origin", origin}})).status, 401) << origin;
    EXPECT_EQ(get("/api/public", ada({{"Origin", origin}})).body, R"({"public":"off"})") << origin;
    EXPECT_EQ(get("/api/repos/", ada({{"Origin", origin}, {"Authorization", "Bearer " + read_key_}})).status, 200)
        << "it has a key of its own";
  }
  EXPECT_EQ(get("/api/repos/", ada({{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "same-site"}})).status, 401);
  EXPECT_EQ(get("/api/repos/", ada({{"Origin", "https://pulse.example:8080"}})).status, 200);
  EXPECT_EQ(get("/api/repos/", ada({{"Origin", "https://out.example"}, {"Sec-Fetch-Site", "same-origin"}})).status,
            200);
}

TEST_F(ProxyUsers, a_key_in_its_own_field_counts_before_the_user_and_authorization_after) {
  EXPECT_EQ(add_repository(ada({{"X-API-Key", admin_key_}})), 201);
  EXPECT_EQ(add_repository(grace({{"X-API-Key", read_key_}})), 403);
  EXPECT_EQ(get("/api/repos/", ada({{"X-API-Key", "wrong"}})).status, 401);
  // oauth2-proxy writes the user's name and an empty password into it.
  EXPECT_EQ(get("/api/repos/", ada({{"Authorization", "Basic YWRhOg=="}})).status, 200);
  EXPECT_EQ(get("/api/repos/", {{"Authorization", "Bearer " + read_key_}}).status, 200);
}

TEST_F(ProxyUsers, a_user_sees_badges_and_reads_the_stream_as_with_a_key) {
  EXPECT_EQ(get("/badge/o/r.svg").status, 404);
  EXPECT_EQ(get("/badge/o/r.svg", ada()).status, 200);
  EXPECT_TRUE(ask_for_stream("/api/stream", ada()).stream);
}

// Whatever the groups are, only the whole name of the admins' group among them gives the role.
RC_GTEST_PROP(ProxyUserProperty, roles, ()) {
  const auto groups = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("a", "b", "", "admi", "admin", "ADMIN", "admins", "a b"));
  std::string joined;
  for (const std::string& group : groups) joined += (joined.empty() ? "" : ", ") + group;
  const Fields fields{{"U", "ada"}, {"G", joined}};
  http::Request request;
  request.from_trusted_proxy = true;
  request.header_context = &fields;
  request.find_headers = [](const void* context, std::string_view name) {
    std::vector<std::string_view> values;
    for (const auto& [key, value] : *static_cast<const Fields*>(context)) {
      if (key == name) values.emplace_back(value);
    }
    return values;
  };
  const auto user = proxy_user(request, {"U", "G", "admin"});
  RC_ASSERT(user.has_value());
  RC_ASSERT((user->role == store::KeyRole::kAdmin) == (std::ranges::find(groups, "admin") != groups.end()));
}

}  // namespace
}  // namespace repopulse::api::test
