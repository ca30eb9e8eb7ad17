// The API as it is reached over TCP: what the server adds to its answers.
#include "tests/api/served_api.h"

namespace repopulse::api::test {
namespace {

class ServerTest : public ServedApi {
 protected:
  ServerTest() { start(); }
};

TEST_F(ServerTest, a_get_answers_head_and_304_and_gzip) {
  add("o/r");
  std::vector<std::string> events;
  for (std::uint64_t i = 50; i > 0; --i) events.push_back(event_json(i, today() - 1s * i, "PushEvent"));
  poll(events);
  for (const std::string path :
       {"/api/repos/", "/api/repos/o/r", "/api/repos/o/r/events/?per_page=50", "/api/repos/o/r/events/stats/",
        "/api/stats/", "/api/poller", "/api/repos/o/r/forecast"}) {
    for (int round = 0; round < 2; ++round) {  // the second comes from a cache where there is one
      const auto plain = send("GET " + path);
      EXPECT_EQ(plain.status, 200) << path;
      EXPECT_EQ(plain.fields.at("content-type"), "application/json; charset=utf-8") << path;
      const auto head = send("HEAD " + path);
      EXPECT_EQ(head.status, 200) << path;
      EXPECT_EQ(head.fields.at("content-length"), std::to_string(plain.body.size())) << path;
      const auto known = send("GET " + path, "If-None-Match: " + plain.fields.at("etag") + "\r\n");
      EXPECT_EQ(known.status, 304) << path;
      EXPECT_EQ(known.body, "");
      const auto packed = send("GET " + path, "Accept-Encoding: gzip\r\n");
      if (plain.body.size() >= 400) {  // one repository has no more
        EXPECT_EQ(packed.fields.at("content-encoding"), "gzip") << path;
        EXPECT_EQ(packed.fields.at("vary"), "Accept-Encoding") << path;
        EXPECT_EQ(plain.fields.at("vary"), "Accept-Encoding") << path;
        EXPECT_EQ(send("GET " + path, "If-None-Match: " + packed.fields.at("etag") + "\r\n").status, 304) << path;
      }
    }
  }
}

TEST_F(ServerTest, unknown_paths_and_methods_are_told_in_githubs_shape) {
  const auto unknown = send("GET /api/nothing");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.body, R"({"message":"Not Found","documentation_url":"/api/docs","status":"404"})");
  const auto method = send("PUT /api/repos/");
  EXPECT_EQ(method.status, 405);
  EXPECT_EQ(method.fields.at("allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(boost::json::parse(method.body).at("status").as_string(), "405");
}

TEST_F(ServerTest, a_body_of_more_than_a_mebibyte_is_413) {
  const auto answer = send("POST /api/repos/", "Content-Type: application/json\r\nContent-Length: 1048577\r\n");
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(boost::json::parse(answer.body).at("status").as_string(), "413");
}

TEST_F(ServerTest, changes_go_through_the_workers) {
  EXPECT_EQ(send("POST /api/repos/", "Content-Type: application/json\r\n", R"({"full_name":"o/r"})").status, 201);
  EXPECT_EQ(send("DELETE /api/repos/o/r").status, 204);
  key_ = "wrong";
  EXPECT_EQ(send("DELETE /api/repos/o/r").status, 401);
}

TEST_F(ServerTest, pages_of_any_origin_may_ask) {
  const auto preflight =
      send("OPTIONS /api/repos/", "Origin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n");
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.fields.at("access-control-allow-origin"), "*");
  EXPECT_NE(preflight.fields.at("access-control-allow-headers").find("X-API-Key"), std::string::npos);
  EXPECT_NE(preflight.fields.at("access-control-allow-methods").find("DELETE"), std::string::npos);
  const auto answer = send("GET /api/repos/");
  EXPECT_EQ(answer.fields.at("access-control-allow-origin"), "*");
  EXPECT_NE(answer.fields.at("access-control-expose-headers").find("Link"), std::string::npos);
  EXPECT_FALSE(answer.fields.contains("access-control-allow-methods"));
  EXPECT_EQ(answer.fields.at("x-content-type-options"), "nosniff");
}

}  // namespace
}  // namespace repopulse::api::test
