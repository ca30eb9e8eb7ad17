// The API and its pages below a path of a proxy: no address leads out of that path.
#include <regex>
#include <set>

#include "tests/api/served_api.h"

namespace repopulse::api::test {
namespace {

constexpr const char* kForwarded = "X-Forwarded-Prefix: /repopulse\r\n";

class BasePath : public ServedApi {
 protected:
  // Every address in the page begins with the path, and the page is the same with and without its slash.
  void check_page(const std::string& path, const std::string& fields) {
    const auto page = send("GET " + path, fields);
    ASSERT_EQ(page.status, 200) << path;
    EXPECT_NE(page.fields.at("content-security-policy").find("base-uri 'self'"), std::string::npos);
    const std::regex address(R"re((?:src|href)="([^"]+)")re");
    int found = 0;
    for (std::sregex_iterator at(page.body.begin(), page.body.end(), address); at != std::sregex_iterator(); ++at) {
      const std::string target = (*at)[1];
      if (target.starts_with("data:")) continue;
      EXPECT_TRUE(target.starts_with("/repopulse/")) << path << ": " << target;
      const auto answer = send("GET " + target.substr(10), fields);
      EXPECT_EQ(answer.status, 200) << path << ": " << target;
      ++found;
    }
    EXPECT_GE(found, 4) << path;
  }
};

TEST_F(BasePath, every_address_keeps_the_prefix_of_its_request) {
  start("");
  add("o/r");
  std::vector<std::string> events;
  for (std::uint64_t i = 50; i > 0; --i) events.push_back(event_json(i, today() - 1s * i, "PushEvent"));
  poll(events);
  const std::string base = "http://pulse.example/repopulse/api/repos/";
  EXPECT_EQ(boost::json::parse(send("GET /api/repos/o/r", kForwarded).body).at("url").as_string(), base + "o/r");
  EXPECT_EQ(boost::json::parse(send("GET /api/repos/", kForwarded).body).at(0).at("url").as_string(), base + "o/r");
  for (int round = 0; round < 2; ++round) {  // the second comes from the cache
    const std::string page = "/api/repos/o/r/events/?per_page=10";
    EXPECT_TRUE(send("GET " + page, kForwarded).fields.at("link").starts_with("<" + base + "o/r/events/?per_page=10"));
    EXPECT_TRUE(send("GET " + page).fields.at("link").starts_with("<http://pulse.example/api/repos/o/r/events/"));
  }
  const auto added = send("POST /api/repos/", kForwarded, R"({"full_name":"a/b"})");
  EXPECT_EQ(added.status, 201);
  EXPECT_EQ(added.fields.at("location"), base + "a/b");
  for (const std::string line : {"GET /api/nothing", "PUT /api/repos/", "GET /api/repos/no/such", "GET /api/%zz"}) {
    const auto error = send(line, kForwarded);
    EXPECT_GE(error.status, 400) << line;
    EXPECT_EQ(boost::json::parse(error.body).at("documentation_url").as_string(), "/repopulse/api/docs") << line;
  }
  const auto invalid = send("POST /api/repos/", kForwarded, R"({"full_name":"\"documentation_url\":\"/api/docs\""})");
  EXPECT_EQ(invalid.status, 422);
  EXPECT_EQ(boost::json::parse(invalid.body).at("documentation_url").as_string(), "/repopulse/api/docs");
}

TEST_F(BasePath, pages_and_the_openapi_document_keep_it) {
  start("");
  for (const char* path : {"/", "/index.html", "/api/docs", "/api/docs/"}) check_page(path, kForwarded);
  EXPECT_NE(send("GET /api/docs/page.js", kForwarded).body.find("\"/repopulse/api/openapi.json\""), std::string::npos);
  EXPECT_NE(send("GET /", kForwarded).body.find("<base href=\"/repopulse/\" />"), std::string::npos)
      << "the scripts ask for data relative to it";
  const auto server_of = [](const std::string& document) {
    return std::string(boost::json::parse(document).at("servers").at(0).at("url").as_string());
  };
  EXPECT_EQ(server_of(send("GET /api/openapi.json", kForwarded).body), "/repopulse");
  EXPECT_EQ(server_of(send("GET /api/openapi.json", "X-Forwarded-Prefix: /other/\r\n").body), "/other");
  EXPECT_EQ(server_of(send("GET /api/openapi.json").body), "/");
}

TEST_F(BasePath, entity_tags_of_different_prefixes_differ) {
  start("");
  add("o/r");
  poll({event_json(1, today() - 1s, "PushEvent")});
  for (const std::string path :
       {"/", "/api/docs", "/api/docs/page.js", "/api/openapi.json", "/api/repos/", "/api/repos/o/r/events/"}) {
    std::set<std::string> tags;
    for (const std::string fields : {"", kForwarded, "X-Forwarded-Prefix: /other\r\n"}) {
      const std::string tag = send("GET " + path, fields).fields.at("etag");
      EXPECT_EQ(send("GET " + path, fields + "If-None-Match: " + tag + "\r\n").status, 304) << path;
      tags.insert(tag);
    }
    EXPECT_EQ(tags.size(), 3u) << path;
  }
}

TEST_F(BasePath, the_setting_holds_where_the_request_says_nothing_and_the_proxy_may_strip_it_or_not) {
  start("/repopulse");
  add("o/r");
  for (const std::string prefix : {"", "/repopulse"}) {
    const auto shown = send("GET " + prefix + "/api/repos/o/r");
    ASSERT_EQ(shown.status, 200);
    EXPECT_EQ(boost::json::parse(shown.body).at("url").as_string(), "http://pulse.example/repopulse/api/repos/o/r");
    for (const char* path : {"/", "/api/docs", "/api/docs/", "/healthz"}) {
      EXPECT_EQ(send("GET " + prefix + path).status, 200) << prefix << path;
    }
  }
  EXPECT_EQ(send("GET /repopulse").body, send("GET /").body);
  EXPECT_EQ(send("GET /repopulsed").status, 404);
  EXPECT_EQ(send("PUT /repopulse/api/repos/").status, 405);
  EXPECT_EQ(send("GET /repopulse/repopulse/api/repos/").status, 404);
  check_page("/", "");
  EXPECT_EQ(boost::json::parse(send("GET /x/api/repos/o/r", "X-Forwarded-Prefix: /x\r\n").body).at("url").as_string(),
            "http://pulse.example/x/api/repos/o/r")
      << "the request knows better";
  const auto refused = send("GET /api/repos/ bad");
  EXPECT_GE(refused.status, 400) << "an answer of the server itself, which has read no request";
  EXPECT_EQ(boost::json::parse(refused.body).at("documentation_url").as_string(), "/repopulse/api/docs");
}

TEST_F(BasePath, hostile_prefixes_are_ignored) {
  start("");
  add("o/r");
  const std::string plain = send("GET /api/repos/o/r").body;
  for (const std::string value : {"//evil.example", "https://evil.example", "/a\"><script>", "/a/../b", "a", "/a b",
                                  "/a,/b", "javascript:alert(1)", "/%2e%2e", "/\\evil.example"}) {
    EXPECT_EQ(send("GET /api/repos/o/r", "X-Forwarded-Prefix: " + value + "\r\n").body, plain) << value;
    EXPECT_EQ(send("GET /", "X-Forwarded-Prefix: " + value + "\r\n").body, send("GET /").body) << value;
  }
}

}  // namespace
}  // namespace repopulse::api::test
