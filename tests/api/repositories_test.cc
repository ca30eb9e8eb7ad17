#include "tests/api/api_fixture.h"

namespace repopulse::api::test {
namespace {

using http::Method;

class RepositoriesTest : public ApiTest {};

std::vector<std::string> members(const boost::json::value& object) {
  std::vector<std::string> names;
  for (const auto& member : object.as_object()) names.emplace_back(member.key());
  return names;
}

TEST_F(RepositoriesTest, a_repository_is_added_with_its_address_and_all_its_members_in_their_order) {
  const Answer answer = post("/api/repos/", R"({"full_name":"Octo/Zine","active":false,"colour":"red"})");
  ASSERT_EQ(answer.status, 201) << answer.body;
  EXPECT_EQ(answer.header("Location"), "http://pulse.example:8080/api/repos/Octo/Zine");
  EXPECT_EQ(answer.body,
            R"({"id":1,"full_name":"Octo/Zine","name":"Zine","owner":{"login":"Octo"},)"
            R"("html_url":"https://github.com/Octo/Zine","url":"http://pulse.example:8080/api/repos/Octo/Zine",)"
            R"("active":false,"added_at":"2025-06-15T15:06:40Z","github_id":null,)"
            R"("status":"pending","status_detail":null,)"
            R"("events_stored":0,"last_event_at":null,"last_polled_at":null,"next_poll_at":null,)"
            R"("polling":{"policy":"fixed","requests":0,"not_modified":0,"failures":0,"quota_spent":0},"gaps":[]})");
}

TEST_F(RepositoriesTest, one_that_is_there_already_is_answered_with_200_and_stays_one) {
  post("/api/repos/", R"({"full_name":"Octo/Zine"})");
  const Answer again = post("/api/repos", R"({"full_name":"octo/ZINE"})");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.json().at("full_name").as_string(), "Octo/Zine");
  EXPECT_EQ(get("/api/repos/").json().as_array().size(), 1u);
}

TEST_F(RepositoriesTest, a_full_name_may_be_a_github_url) {
  for (const char* url : {"https://github.com/o/r", "https://github.com/o/r.git", "git@github.com:o/r.git"}) {
    const Answer answer = post("/api/repos/", std::string(R"({"full_name":")") + url + "\"}");
    EXPECT_EQ(answer.json().at("full_name").as_string(), "o/r") << url;
  }
}

TEST_F(RepositoriesTest, an_array_adds_all_of_them) {
  const Answer answer =
      post("/api/repos/", R"([{"full_name":"o/a"},{"full_name":"o/b","active":true},{"full_name":"O/A"}])");
  ASSERT_EQ(answer.status, 201) << answer.body;
  const auto array = answer.json().as_array();
  ASSERT_EQ(array.size(), 3u);
  EXPECT_EQ(array[1].at("full_name").as_string(), "o/b");
  EXPECT_TRUE(array[1].at("active").as_bool());
  EXPECT_EQ(array[2].at("id"), array[0].at("id"));
  EXPECT_EQ(answer.header("Location"), "");
  EXPECT_EQ(post("/api/repos/", R"([{"full_name":"o/a"}])").status, 200);
  EXPECT_EQ(post("/api/repos/", "[]").body, "[]");
}

TEST_F(RepositoriesTest, an_array_with_a_wrong_element_adds_none_and_names_it) {
  const Answer answer =
      post("/api/repos/", R"([{"full_name":"o/a"},{"full_name":"nonsense"},{},{"full_name":"o/b","active":1},7])");
  ASSERT_EQ(answer.status, 422);
  const auto errors = answer.json().at("errors").as_array();
  ASSERT_EQ(errors.size(), 4u) << answer.body;
  EXPECT_EQ(errors[0].at("resource").as_string(), "Repository");
  EXPECT_EQ(errors[0].at("field").as_string(), "full_name");
  EXPECT_EQ(errors[0].at("code").as_string(), "invalid");
  EXPECT_EQ(errors[0].at("index").as_int64(), 1);
  EXPECT_EQ(errors[1].at("code").as_string(), "missing_field");
  EXPECT_EQ(errors[2].at("field").as_string(), "active");
  EXPECT_EQ(errors[3].at("index").as_int64(), 4);
  EXPECT_EQ(get("/api/repos/").body, "[]");
}

TEST_F(RepositoriesTest, an_array_is_bounded) {
  std::string body = "[";
  for (int i = 0; i <= 1000; ++i)
    body += (i > 0 ? "," : "") + std::string(R"({"full_name":"o/r)") + std::to_string(i) + "\"}";
  EXPECT_EQ(post("/api/repos/", body + "]").status, 422);
  EXPECT_EQ(get("/api/repos/").body, "[]");
}

TEST_F(RepositoriesTest, what_is_no_json_is_400_and_what_does_not_say_so_is_415) {
  for (const char* body : {"", "{", "full_name=o/r", R"({"full_name":"o/r"} x)", "{\"full_name\":\"\xFF\"}"}) {
    EXPECT_EQ(post("/api/repos/", body).status, 400) << body;
  }
  const std::string good = R"({"full_name":"o/r"})";
  for (const char* type : {"text/plain", "application/jsonp", "x+json"}) {
    EXPECT_EQ(post("/api/repos/", good, {{"Content-Type", type}}).status, 415) << type;
  }
  const char* const curls_default = "application/x-www-form-urlencoded";
  EXPECT_EQ(post("/api/repos/", "full_name=o/r", {{"Content-Type", curls_default}}).status, 415);
  EXPECT_LT(post("/api/repos/", good, {{"Content-Type", curls_default}}).status, 300);
  for (const char* coding : {"gzip", "deflate", "identity, gzip"}) {
    const Answer packed = post("/api/repos/", "\x1f\x8b\x08", {{"Content-Encoding", coding}});
    EXPECT_EQ(packed.status, 415) << coding;
    EXPECT_EQ(packed.header("Accept-Encoding"), "identity") << coding;
  }
  EXPECT_LT(post("/api/repos/", good, {{"Content-Encoding", "identity"}}).status, 300);
  for (const char* type : {"application/json", "Application/JSON; charset=utf-8", "application/vnd.github+json"}) {
    EXPECT_LT(post("/api/repos/", good, {{"Content-Type", type}}).status, 300) << type;
  }
}

TEST_F(RepositoriesTest, a_url_of_another_host_is_422) {
  for (const char* url : {"https://gitlab.com/o/r", "git@gitlab.com:o/r", "https://github.com.evil.com/o/r"}) {
    const Answer answer = post("/api/repos/", std::string(R"({"full_name":")") + url + "\"}");
    ASSERT_EQ(answer.status, 422) << url;
    EXPECT_EQ(answer.json().at("errors").as_array().at(0).at("field").as_string(), "full_name");
  }
  EXPECT_EQ(post("/api/repos/", R"({"full_name":"https://github.com/o/r"})").status, 201);
}

TEST_F(RepositoriesTest, bodies_of_another_shape_are_422) {
  for (const char* body :
       {"7", "null", "\"o/r\"", "{}", R"({"full_name":7})", R"({"full_name":"o"})", R"({"full_name":"o/r/x"})",
        R"({"full_name":"o/.."})", R"({"full_name":"o/r","active":null})"}) {
    EXPECT_EQ(post("/api/repos/", body).status, 422) << body;
  }
}

TEST_F(RepositoriesTest, names_match_without_regard_to_case_and_paths_without_regard_to_the_last_slash) {
  add("Octo/Zine");
  for (const char* path : {"/api/repos/Octo/Zine", "/api/repos/octo/zine/", "/api/repos/OCTO/ZINE"}) {
    EXPECT_EQ(get(path).status, 200) << path;
  }
  EXPECT_EQ(get("/api/repos").body, get("/api/repos/").body);
  EXPECT_EQ(get("/api/repos/octo/other").status, 404);
  EXPECT_EQ(get("/api/repos/octo").status, 404);
}

TEST_F(RepositoriesTest, the_active_ones_have_a_list_of_their_own) {
  add("o/a", false);
  add("o/b", true);
  EXPECT_EQ(get("/api/repos/").json().as_array().size(), 2u);
  const auto active = get("/api/repos/active/").json().as_array();
  ASSERT_EQ(active.size(), 1u);
  EXPECT_EQ(active[0].at("full_name").as_string(), "o/b");
  add("active/x", false);
  EXPECT_EQ(get("/api/repos/active/x").json().at("full_name").as_string(), "active/x");
}

TEST_F(RepositoriesTest, activation_can_be_repeated_and_is_limited) {
  for (const char* name : {"o/a", "o/b", "o/c"}) add(name, false);
  for (int i = 0; i < 2; ++i) {
    const Answer answer = post("/api/repos/O/A/activate");
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.json().at("active").as_bool());
    EXPECT_EQ(answer.json().at("next_poll_at").as_string(), "2025-06-15T15:06:40Z") << "it is asked at once";
  }
  EXPECT_EQ(post("/api/repos/o/b/activate/").status, 200);
  const Answer third = post("/api/repos/o/c/activate");
  EXPECT_EQ(third.status, 409);
  EXPECT_NE(third.body.find("The limit of 2 active repositories is reached"), std::string::npos) << third.body;
  EXPECT_EQ(post("/api/repos/", R"({"full_name":"o/d","active":true})").status, 409);
  EXPECT_EQ(get("/api/repos/o/d").status, 404) << "none of it was added";

  for (int i = 0; i < 2; ++i) {
    const Answer answer = post("/api/repos/o/a/deactivate");
    EXPECT_EQ(answer.status, 200);
    EXPECT_FALSE(answer.json().at("active").as_bool());
    EXPECT_TRUE(answer.json().at("next_poll_at").is_null());
  }
  EXPECT_EQ(post("/api/repos/o/c/activate").status, 200);
  EXPECT_EQ(post("/api/repos/o/unknown/activate").status, 404);
  EXPECT_EQ(post("/api/repos/o/unknown/deactivate").status, 404);
}

TEST_F(RepositoriesTest, deletion_takes_the_events_too) {
  add("o/r");
  poll({event_json(1, today(), "PushEvent")});
  EXPECT_EQ(get("/api/repos/o/r").json().at("events_stored").as_int64(), 1);
  const Answer answer = ask(Method::kDelete, "/api/repos/O/R/");
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(get("/api/repos/o/r").status, 404);
  EXPECT_EQ(get("/api/repos/o/r/events").status, 404);
  EXPECT_EQ(ask(Method::kDelete, "/api/repos/o/r").status, 404);
  add("o/r");
  EXPECT_EQ(get("/api/repos/o/r/events/").body, "[]");
}

TEST_F(RepositoriesTest, what_a_poll_brought_shows) {
  add("o/r");
  poll({event_json(2, today() - 10s, "PushEvent"), event_json(1, today() - 20s, "PushEvent")});
  const auto json = get("/api/repos/o/r").json();
  EXPECT_EQ(json.at("status").as_string(), "ok");
  EXPECT_EQ(json.at("last_event_at").as_string(), "2025-06-15T15:06:30Z");
  EXPECT_EQ(json.at("last_polled_at").as_string(), "2025-06-15T15:06:40Z");
  EXPECT_EQ(json.at("next_poll_at").as_string(), "2025-06-15T15:16:40Z");
  EXPECT_EQ(json.at("polling").at("requests").as_int64(), 1);
  EXPECT_EQ(members(json).back(), "gaps");
}

TEST_F(RepositoriesTest, a_store_that_is_away_is_503_with_a_time_to_come_back) {
  add("o/r", false);
  store_.fail_next(1);
  const Answer answer = post("/api/repos/o/r/activate");
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.header("Retry-After"), "");
  store_.fail_next(1);
  EXPECT_EQ(post("/api/repos/", R"({"full_name":"a/b"})").status, 503);
  store_.fail_next(1);
  EXPECT_EQ(ask(Method::kDelete, "/api/repos/o/r").status, 503);
  EXPECT_EQ(get("/api/repos/o/r").status, 200) << "reading goes on";
}

}  // namespace
}  // namespace repopulse::api::test
