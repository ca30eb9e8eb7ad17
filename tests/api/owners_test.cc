// Owners whose repositories are followed, as clients see them.
#include "tests/api/api_fixture.h"

namespace repopulse::api::test {
namespace {

using http::Method;

class OwnersTest : public ApiTest {
 protected:
  // GitHub answers the request for a list that is due now.
  void answer_list(const std::string& body, int status = 200) {
    const auto action = monitor_->next(now_);
    const auto* request = std::get_if<github::HttpRequest>(&action);
    ASSERT_NE(request, nullptr);
    ASSERT_NE(request->url.find("/repos?type=owner"), std::string::npos) << request->url;
    monitor_->absorb(github::HttpResponse{status, {}, body}, now_);
  }
  static std::string listed(int from, int to) {
    std::string body = "[";
    for (int i = from; i <= to; ++i) {
      body += (i > from ? "," : "") + (R"({"id":)" + std::to_string(i)) + R"(,"full_name":"Octo/r)" +
              std::to_string(i) + "\"}";
    }
    return body + "]";
  }
};

TEST_F(OwnersTest, an_owner_is_added_with_its_address_and_all_its_members_in_their_order) {
  const Answer answer = post("/api/repos/", R"({"full_name":"Octo/*","active":true,"forks":true})");
  ASSERT_EQ(answer.status, 201) << answer.body;
  EXPECT_EQ(answer.header("Location"), "http://pulse.example:8080/api/repos/Octo/*");
  EXPECT_EQ(answer.body,
            R"({"full_name":"Octo/*","owner":{"login":"Octo"},"html_url":"https://github.com/Octo",)"
            R"("url":"http://pulse.example:8080/api/repos/Octo/*","active":true,"archived":false,"forks":true,)"
            R"("added_at":"2025-06-15T15:06:40Z","status":"pending","status_detail":null,)"
            R"("repositories":0,"active_repositories":0,"not_activated":0,)"
            R"("last_read_at":null,"last_asked_at":null,"next_ask_at":"2025-06-15T15:06:40Z",)"
            R"("polling":{"requests":0,"not_modified":0,"failures":0,"quota_spent":0}})");
  EXPECT_EQ(get("/api/repos/octo/*").body, answer.body);
  EXPECT_EQ(get("/api/repos/OCTO/%2A").body, answer.body);
  EXPECT_EQ(get("/api/repos/octo/%2a/").body, answer.body);
  EXPECT_EQ(get("/api/owners/").body, "[" + answer.body + "]");
  EXPECT_EQ(get("/api/repos/").body, "[]") << "a list of repositories";
}

TEST_F(OwnersTest, one_that_is_there_already_is_answered_with_200_and_changed_as_the_body_says) {
  EXPECT_EQ(post("/api/repos/", R"({"full_name":"Octo/%2A","forks":true})").status, 201);
  const Answer again =
      post("/api/repos/", R"({"full_name":"https://github.com/octo/*","active":true,"archived":true})");
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(again.json().at("full_name").as_string(), "Octo/*");
  for (const char* flag : {"active", "archived", "forks"}) EXPECT_TRUE(again.json().at(flag).as_bool()) << flag;
  const Answer less = post("/api/repos/", R"({"full_name":"octo/*","active":false,"archived":false})");
  EXPECT_TRUE(less.json().at("active").as_bool()) << "it is never deactivated so";
  EXPECT_FALSE(less.json().at("archived").as_bool());
  EXPECT_EQ(get("/api/owners/").json().as_array().size(), 1u);
}

TEST_F(OwnersTest, an_array_may_hold_both_and_is_answered_in_its_order) {
  const Answer answer =
      post("/api/repos/", R"([{"full_name":"o/a"},{"full_name":"Octo/*"},{"full_name":"o/b"},{"full_name":"octo/*"}])");
  ASSERT_EQ(answer.status, 201) << answer.body;
  std::vector<std::string> names;
  const auto answered = answer.json();
  for (const auto& one : answered.as_array()) names.emplace_back(one.at("full_name").as_string());
  EXPECT_EQ(names, (std::vector<std::string>{"o/a", "Octo/*", "o/b", "Octo/*"}));
  EXPECT_EQ(post("/api/repos/", R"([{"full_name":"octo/*"},{"full_name":"o/a"}])").status, 200);
}

TEST_F(OwnersTest, an_array_with_a_wrong_element_adds_none_and_names_it) {
  const Answer answer =
      post("/api/repos/",
           R"([{"full_name":"octo/*"},{"full_name":"oc to/*"},{"full_name":"https://elsewhere.example/octo/*"},)"
           R"({"full_name":"octo/*","forks":1,"archived":"no","active":0},{"full_name":"*/*"},{"full_name":"a/b/*"}])");
  ASSERT_EQ(answer.status, 422);
  std::vector<std::pair<std::int64_t, std::string>> wrong;
  const auto refused = answer.json();
  for (const auto& error : refused.at("errors").as_array()) {
    wrong.emplace_back(error.at("index").as_int64(), error.at("field").as_string());
  }
  EXPECT_EQ(wrong, (std::vector<std::pair<std::int64_t, std::string>>{{1, "full_name"},
                                                                      {2, "full_name"},
                                                                      {3, "active"},
                                                                      {3, "archived"},
                                                                      {3, "forks"},
                                                                      {4, "full_name"},
                                                                      {5, "full_name"}}));
  EXPECT_EQ(get("/api/owners/").body, "[]");
}

TEST_F(OwnersTest, the_limit_is_told_and_the_rest_is_activated_when_there_is_room) {
  post("/api/repos/", R"({"full_name":"Octo/*","active":true})");
  answer_list(listed(1, 3));  // two may be active
  const auto owner = get("/api/repos/Octo/*").json();
  EXPECT_EQ(owner.at("status").as_string(), "ok");
  EXPECT_EQ(owner.at("repositories").as_int64(), 3);
  EXPECT_EQ(owner.at("active_repositories").as_int64(), 2);
  EXPECT_EQ(owner.at("not_activated").as_int64(), 1);
  EXPECT_EQ(owner.at("status_detail").as_string(),
            "1 repository was added without being activated: the limit of active repositories is reached "
            "(--max-active)");
  EXPECT_EQ(owner.at("last_read_at").as_string(), "2025-06-15T15:06:40Z");
  EXPECT_EQ(post("/api/repos/Octo/r1/deactivate").status, 200);
  const Answer activated = post("/api/repos/octo/*/activate");
  EXPECT_EQ(activated.status, 200);
  EXPECT_EQ(activated.json().at("not_activated").as_int64(), 0);
  EXPECT_TRUE(activated.json().at("status_detail").is_null());
  EXPECT_TRUE(get("/api/repos/octo/r3").json().at("active").as_bool());
  EXPECT_FALSE(get("/api/repos/octo/r1").json().at("active").as_bool()) << "a person has decided";
}

TEST_F(OwnersTest, is_deactivated_asked_soon_and_removed) {
  post("/api/repos/", R"({"full_name":"Octo/*","active":true})");
  answer_list(listed(1, 1));
  EXPECT_FALSE(post("/api/repos/octo/*/deactivate").json().at("active").as_bool());
  const Answer soon = post("/api/repos/octo/*/poll");
  EXPECT_EQ(soon.status, 202);
  EXPECT_EQ(soon.json().at("next_ask_at").as_string(), "2025-06-15T15:07:40Z");
  EXPECT_EQ(ask(Method::kDelete, "/api/repos/octo/*").status, 204);
  EXPECT_EQ(ask(Method::kDelete, "/api/repos/octo/*").status, 404);
  EXPECT_EQ(get("/api/repos/octo/*").status, 404);
  EXPECT_EQ(get("/api/repos/octo/r1").status, 200) << "its repositories stay";
  for (const char* verb : {"activate", "deactivate", "poll"}) {
    EXPECT_EQ(post("/api/repos/octo/*/" + std::string(verb)).status, 404) << verb;
  }
}

TEST_F(OwnersTest, a_read_key_changes_nothing) {
  post("/api/repos/", R"({"full_name":"Octo/*"})");
  key_ = read_key_;
  EXPECT_EQ(get("/api/owners/").status, 200);
  EXPECT_EQ(get("/api/repos/octo/*").status, 200);
  EXPECT_EQ(ask(Method::kDelete, "/api/repos/octo/*").status, 403);
  EXPECT_EQ(post("/api/repos/octo/*/activate").status, 403);
  key_.clear();
  EXPECT_EQ(get("/api/owners/").status, 401);
  EXPECT_EQ(get("/api/repos/octo/*").status, 401);
}

TEST_F(OwnersTest, has_no_events_of_its_own) {
  post("/api/repos/", R"({"full_name":"Octo/*"})");
  for (const char* tail : {"events/", "events/stats/", "forecast"}) {
    EXPECT_EQ(get("/api/repos/octo/*/" + std::string(tail)).status, 404) << tail;
  }
}

TEST_F(OwnersTest, an_owner_that_github_does_not_know_is_told) {
  post("/api/repos/", R"({"full_name":"Octo/*"})");
  answer_list(R"({"message":"Not Found"})", 404);
  const auto owner = get("/api/repos/octo/*").json();
  EXPECT_EQ(owner.at("status").as_string(), "not_found");
  EXPECT_NE(std::string(owner.at("status_detail").as_string()).find("no account has this login"), std::string::npos);
  EXPECT_EQ(owner.at("polling").at("failures").as_int64(), 1);
}

TEST_F(OwnersTest, lists_have_pages) {
  for (const char* name : {"b", "a", "c"}) post("/api/repos/", R"({"full_name":")" + std::string(name) + "/*\"}");
  const Answer page = get("/api/owners/?per_page=2");
  ASSERT_EQ(page.json().as_array().size(), 2u);
  EXPECT_EQ(page.json().as_array()[0].at("full_name").as_string(), "a/*");
  EXPECT_NE(page.header("Link").find("rel=\"next\""), std::string::npos);
  EXPECT_EQ(get("/api/owners/?page=0").status, 422);
}

TEST_F(OwnersTest, survive_a_restart_of_the_server) {
  post("/api/repos/", R"({"full_name":"Octo/*","active":true,"archived":true})");
  answer_list(listed(1, 3));
  const std::string before = get("/api/repos/octo/*").body;
  restart();
  EXPECT_EQ(get("/api/repos/octo/*").body, before);
}

}  // namespace
}  // namespace repopulse::api::test
