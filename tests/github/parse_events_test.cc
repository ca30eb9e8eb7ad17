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
  for (const std::string& odd :
       std::initializer_list<std::string>{"null",
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
                                          R"({"id":"1","type":"PushEvent","created_at":"yesterday"})",
                                          event("3", ",\"x\":\"\xff\""),
                                          event("3", ",\"x\":\"\xed\xa0\x80\""),
                                          event("3", ",\"x\":\"a\x01z\""),
                                          event("3", ",\"x\":\"a\nz\""),
                                          event("3", R"(,"x":"\x41")"),
                                          event("3", R"(,"x":"\u12g4")"),
                                          event("3", R"(,"x":NaN)"),
                                          event("3", R"(,"x":-Infinity)"),
                                          event("3", R"(,"x":012)"),
                                          event("3", R"(,"x":1.)"),
                                          event("3", R"(,"x":+1)"),
                                          event("3", R"(,"x":tru)"),
                                          event("3", R"(,"x":[1,]})"),
                                          event("3", R"(,"x":[1,}])"),
                                          event("3", R"(,"x":{"y":1)"),
                                          event("3", R"(,"x":[[1])"),
                                          event("3", R"(,"x":"never closed)"),
                                          event("3", R"(,"x":"\")"),
                                          event("3", ",") + "}",
                                          event("3") + "]",
                                          event("3") + event("4"),
                                          "NaN",
                                          "undefined"}) {
    const auto page = parse_events("[" + event("1") + "," + odd + "," + event("2") + "]");
    ASSERT_TRUE(page) << odd << ": " << page.error().message;
    EXPECT_EQ(page->entries, 3u) << odd;
    EXPECT_EQ(page->malformed, 1u) << odd;
    ASSERT_EQ(page->events.size(), 2u) << odd;
    EXPECT_EQ(page->events[1].json, event("2")) << odd;
  }
}

TEST(ParseEvents, takes_all_that_is_valid_json) {
  for (const std::string& odd : std::initializer_list<std::string>{
           event("3", R"(,"x":"\ud83d")"), event("3", R"(,"x":"\udc00\ud800")"), event("3", R"(,"\ud800":1)"),
           event("3", R"(,"x":"\u0000\/")"), event("3", ",\"x\":\"\x7f\xe2\x80\xa8\""),
           event("3", R"(,"x":123456789012345678901234567890)"), event("3", R"(,"x":[1e400,-1E-400,-0,0.0e+0])"),
           event("3", ",\"x\":" + std::string(5'000, '7')),
           event("3", ",\"x\":" + std::string(1'500, '[') + std::string(1'500, ']')),
           event("3", ",\"x\":" + std::string(1'000'000, '[') + std::string(1'000'000, ']')),
           event("3", R"(,"id":"999","x":1,"x":2)"), event("3", ",\n\"x\"\t:\r\n1"),
           event("3", R"(,"actor":null,"repo":[])")}) {
    const auto page = parse_events("[" + event("1") + "," + odd + "," + event("2") + "]");
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->events.size(), 3u) << odd.substr(0, 300);
    EXPECT_EQ(page->events[1].json, odd);
    EXPECT_EQ(page->events[1].key.id, 3u);
    EXPECT_EQ(EventParser().event(odd)->json, odd);
  }
}

TEST(ParseEvents, reads_names_that_are_odd) {
  const auto type_of = [](const std::string& type) {
    const auto page = parse_events(R"([{"id":"1","type":")" + type + R"(","created_at":"2024-11-12T20:13:10Z"}])");
    return page && page->events.size() == 1 ? page->events[0].type : "no event";
  };
  EXPECT_EQ(type_of(R"(P\ud800)"), "P\xEF\xBF\xBD");
  EXPECT_EQ(type_of(R"(\ud83d\ude00\u00e9\t)"), "\xF0\x9F\x98\x80\xC3\xA9?");
  EXPECT_EQ(type_of(R"(A\u0000B)"), "A?B");
  EXPECT_EQ(type_of(std::string(101, 'x')), std::string(100, 'x'));
  EXPECT_EQ(type_of(std::string(99, 'x') + "\xC3\xA9"), std::string(99, 'x'));
  const auto page = parse_events(R"([{"\u0069d":"1","type":"T","created_at":"2024-11-12T20:13:10Z",)"
                                 R"("actor":{"x":{"login":"no"},"login":"a\u0000b"}}])");
  ASSERT_EQ(page->events.size(), 1u);
  EXPECT_EQ(page->events[0].actor, "");
}

TEST(ParseEvents, says_where_an_event_may_be_missing) {
  const std::string broken = event("3", R"(,"x":NaN)");
  const auto page = parse_events("[" + event("1") + ",null,{},7," + broken + "," + event("2") + R"(,{"id":"4"}])");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->malformed, 5u);
  ASSERT_EQ(page->unread.size(), 2u);
  EXPECT_EQ(page->unread[0].position, 1u);
  EXPECT_EQ(page->unread[1].position, 2u);
  EXPECT_NE(page->unread[0].digest, page->unread[1].digest);
}

TEST(ParseEvents, takes_no_event_that_no_store_can_hold) {
  const auto of_size = [](std::size_t bytes) {
    const std::string frame = event("3", R"(,"x":"")");
    return event("3", R"(,"x":")" + std::string(bytes - frame.size(), 'z') + "\"");
  };
  const auto page = parse_events("[" + of_size(core::kLongestEvent) + "," + of_size(core::kLongestEvent + 1) + "]");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->events.size(), 1u);
  EXPECT_EQ(page->unread.size(), 1u);
}

// No page keeps the parser busy for long.
TEST(ParseEvents, gives_up_the_search_behind_broken_entries) {
  std::string body = "[";
  for (int i = 0; i < 200'000; ++i) body += R"({"id":"1","x":[,)";
  const auto page = parse_events(body + "]");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->events.size(), 0u);
  EXPECT_EQ(page->unread.size(), 1u);
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
  for (const std::string& body :
       std::initializer_list<std::string>{"", " ", "null", "{}", "{\"message\":\"x\"}", "<html></html>", "[", "]",
                                          "[1,]", "[,1]", "[1] 2", whole + "x", "\xff\xfe"}) {
    EXPECT_FALSE(parse_events(body)) << body;
  }
}

// Where a page is cut behind a bracket, its last entry counts as broken.
TEST(ParseEvents, refuses_a_page_cut_anywhere) {
  const std::string whole = "[" + event("1", R"(,"payload":{"a":[{"b":[]}]})") + "," + event("2") + "]";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::string_view cut = std::string_view(whole).substr(0, length);
    const auto page = parse_events(cut);
    EXPECT_EQ(page.has_value(), cut.ends_with(']')) << length;
    EXPECT_TRUE(!page || page->unread.size() == 1u) << length;
  }
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
