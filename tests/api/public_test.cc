// Servers that show something to everybody: what is open, to whom, and how much of it.
#include <gmock/gmock.h>

#include "api/visitor_limiter.h"
#include "tests/api/api_fixture.h"

namespace repopulse::api::test {
namespace {

using ::testing::HasSubstr;

class Public : public ApiTest {
 protected:
  void open(PublicView view, int limit = 0) {
    public_ = view;
    public_limit_ = limit;
    serve();
    key_.clear();
  }
};

TEST_F(Public, everybody_may_read_where_the_server_says_so) {
  add("o/r");
  poll({event_json(2, today(), "PushEvent"), event_json(1, today() - 60s, "PushEvent")});
  open(PublicView::kRead);
  for (const char* target :
       {"/api/repos/", "/api/repos/active/", "/api/repos/o/r", "/api/repos/o/r/events/", "/api/repos/o/r/events/stats/",
        "/api/repos/o/r/events/stats/?since=2025-01-01", "/api/repos/o/r/events/stats/history/", "/api/stats/",
        "/api/repos/o/r/forecast", "/api/poller", "/metrics", "/badge/o/r.svg"}) {
    EXPECT_EQ(get(target).status, 200) << target;
  }
  EXPECT_EQ(get("/api/key").body, R"({"role":"read"})");
  EXPECT_EQ(get_with("/api/key", admin_key_).body, R"({"role":"admin"})");
  EXPECT_EQ(get_with("/api/repos/", "wrong").status, 401) << "who shows a key means it";
}

TEST_F(Public, changes_still_need_an_admin_key) {
  add("o/r");
  open(PublicView::kRead);
  for (const auto& [method, target] : std::vector<std::pair<http::Method, std::string>>{
           {http::Method::kPost, "/api/repos/"},
           {http::Method::kDelete, "/api/repos/o/r"},
           {http::Method::kPost, "/api/repos/o/r/deactivate"},
           {http::Method::kPost, "/api/repos/o/r/poll"},
       }) {
    EXPECT_EQ(ask(method, target, R"({"full_name":"a/b"})").status, 401) << target;
    EXPECT_EQ(ask(method, target, R"({"full_name":"a/b"})", {{"X-API-Key", read_key_}}).status, 403) << target;
  }
  EXPECT_TRUE(monitor_->snapshot()->find("o/r")->repository.active);
}

TEST_F(Public, with_badges_alone_everything_else_needs_a_key) {
  add("o/r");
  open(PublicView::kBadges);
  for (const char* target : {"/api/repos/", "/api/repos/o/r/events/", "/api/stats/", "/api/key", "/metrics"}) {
    EXPECT_EQ(get(target).status, 401) << target;
  }
  EXPECT_EQ(get("/badge/o/r.svg").status, 200);
}

TEST_F(Public, it_is_told_what_is_open) {
  for (const auto& [view, name] : std::vector<std::pair<PublicView, std::string>>{
           {PublicView::kOff, "off"}, {PublicView::kBadges, "badges"}, {PublicView::kRead, "read"}}) {
    open(view);
    EXPECT_EQ(get("/api/public").body, R"({"public":")" + name + R"("})");
  }
}

TEST_F(Public, visitors_are_limited_by_address_and_keys_are_not) {
  add("o/r");
  open(PublicView::kRead, 10);
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(get("/api/repos/o/r/events/").status, 200) << "a route of two handlers counts once";
    ASSERT_EQ(get("/badge/o/r.svg").status, 200);
  }
  for (const char* target : {"/api/repos/", "/api/repos/o/r/events/", "/badge/o/r.svg", "/api/stream"}) {
    const Answer answer = get(target);
    EXPECT_EQ(answer.status, 429) << target;
    EXPECT_EQ(answer.header("Retry-After"), "6") << target;
    EXPECT_THAT(answer.body, HasSubstr("without a key"));
  }
  EXPECT_EQ(get_with("/api/repos/", read_key_).status, 200);
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get("/api/public").status, 200);
  remote_ = "192.0.2.2";
  EXPECT_EQ(get("/api/repos/").status, 200);
  remote_ = "192.0.2.1";
  now_ += 6s;
  EXPECT_EQ(get("/api/repos/").status, 200);
  EXPECT_EQ(get("/api/repos/").status, 429);
}

TEST_F(Public, of_one_address_a_limited_number_of_streams_is_open) {
  open(PublicView::kRead);
  std::vector<http::Response> streams;
  for (int i = 0; i < VisitorLimiter::kStreamsMax; ++i) {
    streams.push_back(ask_for_stream("/api/stream", {}));
    ASSERT_TRUE(streams.back().stream) << i;
  }
  EXPECT_EQ(get("/api/stream").status, 429);
  EXPECT_EQ(get("/api/stream").header("Retry-After"), "60");
  EXPECT_TRUE(ask_for_stream("/api/stream", {{"X-API-Key", read_key_}}).stream);
  streams.pop_back();
  EXPECT_TRUE(ask_for_stream("/api/stream", {}).stream);
}

TEST(VisitorLimiter, ANetworkOf64BitsIsOneAddress) {
  VisitorLimiter limiter(1);
  EXPECT_FALSE(limiter.count("2001:db8:1:2::1", kStart));
  EXPECT_TRUE(limiter.count("2001:db8:1:2:3:4:5:6", kStart));
  EXPECT_FALSE(limiter.count("2001:db8:1:3::1", kStart));
  EXPECT_FALSE(limiter.count("192.0.2.1", kStart));
  EXPECT_FALSE(limiter.count("192.0.2.2", kStart));
  EXPECT_EQ(limiter.count("192.0.2.2", kStart), 60s);
}

TEST(VisitorLimiter, ItsMemoryIsBoundedAndAddressesBeyondShareOneCount) {
  VisitorLimiter limiter(60);
  const auto address = [](std::size_t i) {
    return "10." + std::to_string(i >> 16) + "." + std::to_string(i >> 8 & 255) + "." + std::to_string(i & 255);
  };
  for (std::size_t i = 0; i < VisitorLimiter::kAddressesMax; ++i) ASSERT_FALSE(limiter.count(address(i), kStart));
  int allowed = 0;
  for (std::size_t i = 0; i < 1'000; ++i) {
    if (!limiter.count(address(VisitorLimiter::kAddressesMax + i), kStart + 500ms)) ++allowed;
  }
  EXPECT_LE(allowed, 60);
  // A second later the first ones have got back what they took, so there is room.
  EXPECT_FALSE(limiter.count("192.0.2.1", kStart + 2s));
  EXPECT_FALSE(limiter.count("192.0.2.1", kStart + 2s));
}

TEST(VisitorLimiter, AClockThatIsSetBackGivesNothing) {
  VisitorLimiter limiter(2);
  EXPECT_FALSE(limiter.count("192.0.2.1", kStart));
  EXPECT_FALSE(limiter.count("192.0.2.1", kStart));
  EXPECT_TRUE(limiter.count("192.0.2.1", kStart - 1h));
  EXPECT_FALSE(limiter.count("192.0.2.1", kStart - 1h + 30s));
}

}  // namespace
}  // namespace repopulse::api::test
