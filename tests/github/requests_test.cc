#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "github/events_api.h"

namespace repopulse::github {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr const char* kSecret = "ghp_0123456789abcdef";

TEST(EventsRequest, asks_as_github_wants_to_be_asked) {
  const ApiRoot root{"https://api.github.com", kSecret, "repopulse/1"};
  const HttpRequest request = events_request(root, feed_path("repos/octo/cat"), 1, {"W/\"abc\"", "yesterday"});
  EXPECT_EQ(request.url, "https://api.github.com/repos/octo/cat/events?per_page=100");
  EXPECT_THAT(request.headers,
              ElementsAre(Pair("User-Agent", "repopulse/1"), Pair("Accept", "application/vnd.github+json"),
                          Pair("X-GitHub-Api-Version", "2022-11-28"),
                          Pair("Authorization", "Bearer " + std::string(kSecret)), Pair("If-None-Match", "W/\"abc\"")));
}

TEST(EventsRequest, asks_for_each_kind_of_feed_by_its_path) {
  EXPECT_EQ(feed_path("repos/o/r"), "/repos/o/r/events");
  EXPECT_EQ(feed_path("orgs/o"), "/orgs/o/events");
  EXPECT_EQ(feed_path("users/hubot"), "/users/hubot/received_events");
  EXPECT_EQ(feed_path("orgs/users"), "/orgs/users/events");
}

TEST(EventsRequest, falls_back_to_the_date_where_no_etag_came) {
  const HttpRequest request = events_request({}, "/repos/o/r/events", 1, {"", "Sun, 06 Nov 1994 08:49:37 GMT"});
  EXPECT_EQ(header(request.headers, "if-modified-since"), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(header(request.headers, "if-none-match"), "");
}

TEST(EventsRequest, names_further_pages) {
  EXPECT_EQ(events_request({}, "/repos/o/r/events", 3, {}).url,
            "https://api.github.com/repos/o/r/events?per_page=100&page=3");
  EXPECT_EQ(events_request({}, "/repositories/42/events?x=1", 2, {}).url,
            "https://api.github.com/repositories/42/events?x=1&per_page=100&page=2");
}

TEST(EventsRequest, keeps_the_path_of_an_enterprise_root) {
  const ApiRoot root{"https://ghe.example/api/v3/", kSecret, "repopulse"};
  const HttpRequest request = events_request(root, "/repositories/42/events", 1, {});
  EXPECT_EQ(request.url, "https://ghe.example/api/v3/repositories/42/events?per_page=100");
  EXPECT_NE(header(request.headers, "Authorization"), "");
}

TEST(EventsRequest, sends_the_token_nowhere_else) {
  const ApiRoot root{"https://api.github.com", kSecret, "repopulse"};
  for (const char* elsewhere :
       {"https://evil.example/events", "http://api.github.com/events", "https://api.github.com:8443/events",
        "https://api.github.com.evil.example/events", "https://api.github.com@evil.example/events"}) {
    EXPECT_EQ(header(events_request(root, elsewhere, 1, {}).headers, "Authorization"), "") << elsewhere;
  }
  EXPECT_NE(header(events_request(root, "https://API.github.com:443/events", 1, {}).headers, "Authorization"), "");
  EXPECT_EQ(events_request(root, "@evil.example/events", 1, {}).url,
            "https://api.github.com/@evil.example/events?per_page=100");
}

TEST(RateLimitRequest, asks_the_root) {
  const HttpRequest request = rate_limit_request({"http://127.0.0.1:9/", kSecret, "repopulse"});
  EXPECT_EQ(request.url, "http://127.0.0.1:9/rate_limit");
  EXPECT_EQ(header(request.headers, "Authorization"), "Bearer " + std::string(kSecret));
}

TEST(NextLink, is_found_among_others) {
  EXPECT_EQ(next_link("<https://a/?page=2>; rel=\"next\", <https://a/?page=3>; rel=\"last\""), "https://a/?page=2");
  EXPECT_EQ(next_link("<https://a/1>; rel=\"prev\" , <https://a/2,5>;title=\"a, \\\"b\\\"; c\"; REL=next"),
            "https://a/2,5");
  EXPECT_EQ(next_link("</x>; rel=\"last NEXT\""), "/x");
  EXPECT_EQ(next_link(",, <u>; rel = \"next\" ,"), "u");
}

TEST(NextLink, is_not_invented) {
  for (const char* text :
       {"", "https://a/2; rel=next", "<https://a/2", "<https://a/2>", "<a>; rel=\"prev\"", "<a>; title=\"rel=next\"",
        "<a>; rel=prev; rel=next", "<a>; rel=nextish", "<a>; rel=", "<a>;"}) {
    EXPECT_FALSE(next_link(text)) << text;
  }
}

}  // namespace
}  // namespace repopulse::github
