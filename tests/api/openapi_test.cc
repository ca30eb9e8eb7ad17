// The OpenAPI document against the routes there are and the answers they give.
#include <algorithm>
#include <set>

#include "api/wrong_key_limiter.h"
#include "dashboard/assets.h"
#include "tests/api/api_fixture.h"
#include "tests/api/schema_check.h"

namespace repopulse::api::test {
namespace {

namespace json = boost::json;

std::string method_name(http::Method method) {
  switch (method) {
    case http::Method::kGet:
      return "get";
    case http::Method::kPost:
      return "post";
    case http::Method::kDelete:
      return "delete";
    default:
      return "?";
  }
}

std::string without_slash(std::string path) {
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

// Files of the two pages: they are no part of the API.
bool is_file(const std::string& pattern) {
  const auto is_asset = [&](const embed::Asset& asset) { return pattern == "/" + std::string(asset.path); };
  return pattern == "/" || pattern.starts_with("/api/docs/") != (pattern == "/api/docs/") ||
         std::ranges::any_of(dashboard_assets(), is_asset);
}

class OpenApi : public ApiTest {
 protected:
  OpenApi() : checker_(get("/api/openapi.json").json()) {}

  // The schema of an answer in the document; a complaint when there is none.
  void expect_described(const std::string& path, const std::string& method, const Answer& answer) {
    const std::string what = method + " " + path + " -> " + std::to_string(answer.status);
    const json::value* operation = checker_.document().at("paths").at(path).as_object().if_contains(method);
    ASSERT_NE(operation, nullptr) << what;
    const json::value* response = operation->at("responses").as_object().if_contains(std::to_string(answer.status));
    ASSERT_NE(response, nullptr) << what << " is not in the document";
    const json::object& described = checker_.resolve(*response).as_object();
    const json::value* content = described.if_contains("content");
    if (!content) {
      EXPECT_EQ(answer.body, "") << what;
      return;
    }
    EXPECT_TRUE(described.contains("headers") || !answer.headers.contains("link")) << what;
    if (!content->as_object().contains("application/json")) {
      const std::string type = answer.headers.at("content-type");
      EXPECT_TRUE(content->as_object().contains(type.substr(0, type.find(';')))) << what << ": " << type;
      return;
    }
    const json::value& schema = content->at("application/json").at("schema");
    for (const std::string& wrong : checker_.check(answer.json(), schema)) ADD_FAILURE() << what << ": " << wrong;
  }

  SchemaCheck checker_;
};

TEST_F(OpenApi, describes_every_route_and_no_other) {
  std::set<std::string> routes;
  for (const http::Route& route : router_->routes()) {
    if (is_file(route.pattern)) continue;
    routes.insert(method_name(route.method) + " " + without_slash(route.pattern));
  }
  std::set<std::string> described;
  for (const auto& path : checker_.document().at("paths").as_object()) {
    for (const auto& operation : path.value().as_object()) {
      described.insert(std::string(operation.key()) + " " + without_slash(path.key()));
    }
  }
  EXPECT_EQ(described, routes);
}

TEST_F(OpenApi, says_which_version_it_is_of) {
  EXPECT_EQ(checker_.document().at("openapi").as_string(), "3.1.0");
  EXPECT_EQ(checker_.document().at("info").at("version").as_string(), "1.2.3");
}

TEST_F(OpenApi, needs_a_key_where_the_routes_do) {
  key_.clear();
  for (const auto& path : checker_.document().at("paths").as_object()) {
    const json::value* operation = path.value().as_object().if_contains("get");
    if (!operation) continue;
    const bool open = operation->as_object().contains("security");
    const bool names_repository = path.key().contains('{');  // and there is none of that name
    EXPECT_EQ(get(std::string(path.key())).status, !open ? 401 : names_repository ? 404 : 200) << path.key();
  }
}

TEST_F(OpenApi, its_bounds_of_parameters_are_those_of_the_server) {
  add("o/r");
  for (const char* name : {"page", "per_page"}) {
    const json::value& schema = checker_.document().at("components").at("parameters").at(name).at("schema");
    const auto most = schema.at("maximum").to_number<std::int64_t>();
    const auto least = schema.at("minimum").to_number<std::int64_t>();
    const auto status = [&](std::int64_t value) {
      return get("/api/repos/o/r/events/?" + std::string(name) + "=" + std::to_string(value)).status;
    };
    EXPECT_EQ(status(most), 200) << name;
    EXPECT_EQ(status(least), 200) << name;
    EXPECT_EQ(status(most + 1), 422) << name;
    EXPECT_EQ(status(least - 1), 422) << name;
  }
}

TEST_F(OpenApi, what_the_patterns_of_names_and_times_let_through_the_server_takes) {
  const auto matches = [this](const char* parameter, const std::string& text) {
    const json::value& schema = checker_.document().at("components").at("parameters").at(parameter).at("schema");
    return checker_.check(json::value(text), schema).empty();
  };
  for (const std::string name : {"a", "A-b_9", "-", "a.b", "a b", "", "\u00e9", "a/b"}) {
    EXPECT_EQ(matches("owner", name), core::RepoName::parse(name + "/r").has_value()) << name;
  }
  for (const std::string name : {"a", "A-b_9.c", "a b", "", "\u00e9", "a/b", "a?"}) {
    EXPECT_EQ(matches("repo", name), core::RepoName::parse("o/" + name).has_value()) << name;
  }
  EXPECT_FALSE(matches("owner", std::string(40, 'a')));
  EXPECT_FALSE(matches("repo", std::string(101, 'a')));
  add("o/r");
  for (const std::string time : {"2024-11-12", "2024-11-12T20:13:10Z", "2024-11-12T20:13:10.5Z",
                                 "2024-11-12T20:13:10-01:00", "2024-11-12T20:13Z", "yesterday", "2024-11", ""}) {
    EXPECT_EQ(get("/api/repos/o/r/events/?since=" + time).status, matches("since", time) ? 200 : 422) << time;
  }
}

TEST_F(OpenApi, its_examples_are_what_their_schemas_say) {
  for (const auto& schema : checker_.document().at("components").at("schemas").as_object()) {
    const json::value* examples = schema.value().as_object().if_contains("examples");
    if (!examples) continue;
    for (const std::string& wrong : checker_.check(examples->at(0), schema.value())) {
      ADD_FAILURE() << schema.key() << ": " << wrong;
    }
  }
  for (const auto& response : checker_.document().at("components").at("responses").as_object()) {
    const json::value* content = response.value().as_object().if_contains("content");
    if (!content) continue;
    const json::value& media = content->at("application/json");
    for (const std::string& wrong : checker_.check(media.at("example"), media.at("schema"))) {
      ADD_FAILURE() << response.key() << ": " << wrong;
    }
  }
}

TEST_F(OpenApi, describes_the_answers_that_come) {
  const std::string one = "/api/repos/{owner}/{repo}";
  expect_described("/api/repos/", "post", post("/api/repos/", R"({"full_name":"o/r","active":true})"));
  expect_described("/api/repos/", "post", post("/api/repos/", R"([{"full_name":"o/r"}])"));
  poll({event_json(2, today(), "PushEvent"), event_json(1, today() - 60s, "PushEvent")});
  expect_described("/api/repos/", "get", get("/api/repos/"));
  expect_described("/api/repos/active/", "get", get("/api/repos/active/"));
  expect_described(one, "get", get("/api/repos/o/r"));
  expect_described(one + "/events/", "get", get("/api/repos/o/r/events/?per_page=1"));
  expect_described(one + "/events/stats/", "get", get("/api/repos/o/r/events/stats/"));
  expect_described(one + "/events/stats/", "get", get("/api/repos/o/r/events/stats/?since=2025-06-15"));
  expect_described(one + "/events/stats/history/", "get", get("/api/repos/o/r/events/stats/history/?by=hour"));
  expect_described("/api/stats/", "get", get("/api/stats/"));
  expect_described(one + "/forecast", "get", get("/api/repos/o/r/forecast"));
  expect_described("/api/poller", "get", get("/api/poller"));
  store::Alert alert;
  alert.rule = "poller";
  ASSERT_TRUE(store_.add_alert(alert));
  expect_described("/api/alerts/", "get", get("/api/alerts/"));
  api_->send_test_alerts([] { return std::vector<TestedTarget>{{"webhook 1", "webhook", true, "status 200"}}; });
  expect_described("/api/alerts/test", "post", post("/api/alerts/test"));
  expect_described("/api/key", "get", get("/api/key"));
  expect_described("/api/public", "get", get("/api/public"));
  expect_described("/badge/{owner}/{repo}.svg", "get", get("/badge/o/r.svg"));
  expect_described("/badge/{owner}/{repo}.json", "get", get("/badge/o/r.json"));
  expect_described("/healthz", "get", get("/healthz"));
  expect_described("/readyz", "get", get("/readyz"));
  expect_described(one + "/poll", "post", post("/api/repos/o/r/poll"));
  const std::string hook = "/api/hooks/github";
  for (const std::string body : {R"({"repository":{"full_name":"o/r"}})", "{}"}) {
    expect_described(hook, "post", post(hook, body, {{"X-Hub-Signature-256", sign(body, webhook_secret_)}}));
  }
  expect_described(one + "/deactivate", "post", post("/api/repos/o/r/deactivate"));
  expect_described(one + "/activate", "post", post("/api/repos/o/r/activate"));
  expect_described(one, "delete", ask(http::Method::kDelete, "/api/repos/o/r"));
  const std::string owner = "/api/repos/{owner}/*";
  expect_described("/api/repos/", "post", post("/api/repos/", R"({"full_name":"o/*","active":true})"));
  expect_described("/api/repos/", "post", post("/api/repos/", R"([{"full_name":"o/*"},{"full_name":"o/r"}])"));
  expect_described("/api/owners/", "get", get("/api/owners/"));
  expect_described(owner, "get", get("/api/repos/o/*"));
  for (const std::string verb : {"/activate", "/deactivate", "/poll"}) {
    expect_described(owner + verb, "post", post("/api/repos/o/*" + verb));
  }
  expect_described(owner, "delete", ask(http::Method::kDelete, "/api/repos/o/*"));
}

TEST_F(OpenApi, describes_the_errors_that_come) {
  const std::string one = "/api/repos/{owner}/{repo}";
  for (const char* name : {"o/a", "o/b", "o/c"}) add(name, false);
  post("/api/repos/o/a/activate");
  post("/api/repos/o/b/activate");
  expect_described(one + "/activate", "post", post("/api/repos/o/c/activate"));
  expect_described("/api/repos/", "post", post("/api/repos/", R"({"full_name":"o/d","active":true})"));
  expect_described("/api/repos/", "post", post("/api/repos/", "{"));
  expect_described("/api/repos/", "post", post("/api/repos/", "[7]"));
  expect_described("/api/repos/", "post", post("/api/repos/", "{}", {{"Content-Type", "text/plain"}}));
  expect_described("/api/repos/", "get", get("/api/repos/?page=0"));
  expect_described("/api/alerts/", "get", get("/api/alerts/?state=x"));
  expect_described(one + "/events/", "get", get("/api/repos/o/a/events/?since=x"));
  expect_described(one + "/events/stats/", "get", get("/api/repos/o/a/events/stats/?since=x"));
  expect_described(one + "/events/stats/history/", "get", get("/api/repos/o/a/events/stats/history/?by=year"));
  for (const char* tail : {"", "/events/", "/events/stats/", "/events/stats/history/", "/forecast"}) {
    expect_described(one + tail, "get", get(std::string("/api/repos/o/unknown") + tail));
  }
  for (const char* name : {"o/c", "o/unknown"}) {
    expect_described(one + "/poll", "post", post("/api/repos/" + std::string(name) + "/poll"));
  }
  const std::string owner = "/api/repos/{owner}/*";
  expect_described(owner, "get", get("/api/repos/unknown/*"));
  expect_described(owner, "delete", ask(http::Method::kDelete, "/api/repos/unknown/*"));
  for (const std::string verb : {"/activate", "/deactivate", "/poll"}) {
    expect_described(owner + verb, "post", post("/api/repos/unknown/*" + verb));
  }
  expect_described("/api/owners/", "get", get("/api/owners/?page=0"));
  const std::string hook = "/api/hooks/github";
  expect_described(hook, "post", post(hook, "{}"));
  expect_described(hook, "post", post(hook, "[]", {{"X-Hub-Signature-256", sign("[]", webhook_secret_)}}));
  store_.fail_next(1);
  expect_described(one + "/events/", "get", get("/api/repos/o/a/events/"));
  store_.fail_next(1);
  expect_described(one + "/events/stats/", "get", get("/api/repos/o/a/events/stats/?until=2025-06-15"));
  store_.fail_next(1);
  expect_described(one + "/events/stats/history/", "get", get("/api/repos/o/a/events/stats/history/"));
  store_.fail_next(1);
  expect_described("/api/alerts/", "get", get("/api/alerts/"));
  store_.fail_next(1);
  expect_described("/readyz", "get", get("/readyz"));
  key_ = read_key_;
  expect_described("/api/alerts/test", "post", post("/api/alerts/test"));
  expect_described(one, "delete", ask(http::Method::kDelete, "/api/repos/o/a"));
  key_ = "wrong";
  for (int i = 0; i <= WrongKeyLimiter::kLimit; ++i) expect_described("/api/stats/", "get", get("/api/stats/"));
  EXPECT_EQ(get("/api/stats/").status, 429);
}

}  // namespace
}  // namespace repopulse::api::test
