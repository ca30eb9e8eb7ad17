#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>

#include "github/event_parser.h"
#include "tests/github/fixtures.h"

namespace repopulse::github {
namespace {

std::string event(const std::string& id, const std::string& more = "") {
  return R"({"id":)" + id + R"(,"type":"PushEvent","actor":{"login":"octocat"},"repo":{"name":"o/r"},)" +
         R"("created_at":"2024-11-12T20:13:10Z")" + more + "}";
}

TEST(ParseEvents, keeps_the_very_bytes_of_each_element) {
  const std::string first = event("\"1\"", R"(, "payload" : { "a" : [ 1, "]}" , "\u00e9é\"" ] } )");
  const std::string second = event("2");
  const auto page = parse_events("\n [ " + first + "\n ,\n" + second + " ] \n");
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->events.size(), 2u);
  EXPECT_EQ(page->events[0].json, first);
  EXPECT_EQ(page->events[1].json, second);
  EXPECT_EQ(page->entries, 2u);
  EXPECT_EQ(page->malformed, 0u);
  EXPECT_EQ(page->events[0].key.id, 1u);
  EXPECT_EQ(core::format_rfc3339(page->events[0].key.created_at), "2024-11-12T20:13:10Z");
  EXPECT_EQ(page->events[0].type, "PushEvent");
  EXPECT_EQ(page->events[0].actor, "octocat");
  EXPECT_EQ(page->events[0].repository, "o/r");
}

// A second opinion on real pages.
class RealPage : public testing::TestWithParam<const char*> {};

TEST_P(RealPage, reads_as_another_parser_reads_it) {
  const std::string body = fixtures::read(GetParam());
  const auto page = parse_events(body);
  ASSERT_TRUE(page) << page.error().message;
  const boost::json::array expected = boost::json::parse(body).as_array();
  ASSERT_EQ(page->events.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto& json = expected[i];
    EXPECT_EQ(std::to_string(page->events[i].key.id), json.at("id").as_string());
    EXPECT_EQ(core::format_rfc3339(page->events[i].key.created_at), json.at("created_at").as_string());
    EXPECT_EQ(page->events[i].type, json.at("type").as_string());
    EXPECT_EQ(page->events[i].actor, json.at("actor").at("login").as_string());
    EXPECT_EQ(page->events[i].repository, json.at("repo").at("name").as_string());
    EXPECT_EQ(boost::json::parse(page->events[i].json), json);
  }
}
INSTANTIATE_TEST_SUITE_P(Recorded, RealPage,
                         testing::Values("page_wilhelm_murdoch_2026.json", "page_octozine_2026.json",
                                         "repository_events_github3py.json.zst"));

TEST(ParseEvents, takes_an_empty_feed) {
  for (const char* text : {"[]", " [ \n ] "}) {
    const auto page = parse_events(text);
    ASSERT_TRUE(page) << text;
    EXPECT_EQ(page->entries, 0u);
  }
}

TEST(ParseEvents, passes_over_what_is_no_event_and_counts_it) {
  for (const std::string& odd : std::initializer_list<std::string>{
           "null",
           "17",
           "\"text\"",
           "[]",
           "{}",
           "[{}]",
           R"({"id":"1"})",
           event("-1"),
           event("1.5"),
           event("\"\""),
           event("\"12x\""),
           event("\"99999999999999999999999\""),
           event("null"),
           R"({"id":"1","type":"","created_at":"2024-11-12T20:13:10Z"})",
           R"({"id":"1","type":7,"created_at":"2024-11-12T20:13:10Z"})",
           R"({"id":"1","type":"A\u0000B","created_at":"2024-11-12T20:13:10Z"})",
           R"({"id":"1","type":")" + std::string(101, 'x') + R"(","created_at":"2024-11-12T20:13:10Z"})",
           R"({"id":"1","type":"PushEvent","created_at":"yesterday"})",
           event("3", ",\"x\":\"\xff\""),
           event("3", ",\"x\":\"\xed\xa0\x80\""),
           event("3", R"(,"x":"\ud800")"),
           event("3", R"(,"x":1e999)")}) {
    const auto page = parse_events("[" + event("1") + "," + odd + "," + event("2") + "]");
    ASSERT_TRUE(page) << odd << ": " << page.error().message;
    EXPECT_EQ(page->entries, 3u) << odd;
    EXPECT_EQ(page->malformed, 1u) << odd;
    ASSERT_EQ(page->events.size(), 2u) << odd;
    EXPECT_EQ(page->events[1].json, event("2")) << odd;
  }
}

TEST(ParseEvents, keeps_events_without_organisation_or_actor) {
  const auto page = parse_events(R"([{"id":"7","type":"NeverSeenEvent","created_at":"2024-11-12T20:13:10Z"}])");
  ASSERT_TRUE(page);
  ASSERT_EQ(page->events.size(), 1u);
  EXPECT_EQ(page->events[0].actor, "");
  EXPECT_EQ(page->events[0].repository, "");
}

TEST(ParseEvents, shows_a_repeated_event_once) {
  const auto page = parse_events("[" + event("1") + "," + event("\"1\"") + "," + event("2") + "]");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->events.size(), 2u);
  EXPECT_EQ(page->entries, 3u);
  EXPECT_EQ(page->malformed, 0u);
}

TEST(ParseEvents, refuses_what_is_no_array) {
  const std::string whole = "[" + event("1") + "," + event("2") + "]";
  for (const std::string& body : std::initializer_list<std::string>{
           "",
           " ",
           "null",
           "{}",
           "{\"message\":\"x\"}",
           "<html></html>",
           "[",
           "]",
           "[garbage]",
           "[1,]",
           "[,1]",
           "[1 2]",
           "[1]]",
           "[1] 2",
           "[[1]",
           whole + whole,
           "[" + event("1") + event("2") + "]",
           R"([{"id":"1","type":"PushEvent","created_at":"2024-11-12T20:13:10Z","x":[1,}]}])",
           R"([{"id":"1","type":"PushEvent","created_at":"2024-11-12T20:13:10Z","x":tru}])",
           "\xff\xfe"}) {
    EXPECT_FALSE(parse_events(body)) << body;
  }
}

TEST(ParseEvents, refuses_a_page_cut_anywhere) {
  const std::string whole = "[" + event("1", R"(,"payload":{"a":[{"b":[]}]})") + "," + event("2") + "]";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(parse_events(std::string_view(whole).substr(0, length))) << length;
  }
}

TEST(ParseEvents, survives_deep_nesting) {
  const std::string deep = event("1", ",\"x\":" + std::string(100'000, '[') + std::string(100'000, ']'));
  const auto page = parse_events("[" + deep + "]");
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->malformed, 1u);
}

TEST(EventParser, reads_lines_of_an_archive) {
  EventParser parser;
  EXPECT_EQ(parser.event(event("5"))->key.id, 5u);
  EXPECT_FALSE(parser.event("{\"id\":"));
  EXPECT_FALSE(parser.event(""));
  EXPECT_EQ(parser.event(event("6"))->json, event("6"));
}

TEST(ParseRateLimit, reads_the_core_resource) {
  const auto limit = parse_rate_limit(fixtures::exchange("rate_limit").body);
  ASSERT_TRUE(limit) << limit.error().message;
  EXPECT_EQ(limit->limit, 5000);
  EXPECT_EQ(limit->remaining, 4897);
  EXPECT_EQ(limit->used, 103);
  EXPECT_EQ(core::unix_seconds(limit->reset), 1579518000);
  EXPECT_TRUE(parse_rate_limit(R"({"rate":{"limit":60,"remaining":59,"reset":1,"used":1}})"));
  for (const char* odd : {"", "[]", "{}", R"({"resources":{"core":{"limit":60}}})",
                          R"({"rate":{"limit":60,"remaining":-1,"reset":1}})", R"({"rate":7})"}) {
    EXPECT_FALSE(parse_rate_limit(odd)) << odd;
  }
}

}  // namespace
}  // namespace repopulse::github
