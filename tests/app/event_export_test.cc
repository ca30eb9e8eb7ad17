#include "app/event_export.h"

#include <gtest/gtest.h>

#include <vector>

namespace repopulse::app {
namespace {

core::Event event(std::uint64_t id, const std::string& type, std::int64_t at) {
  return {{id, core::event_time_from_unix(at)}, type, "octocat", "o/r", "{}"};
}

TEST(OneLine, leaves_compact_json_alone_and_joins_the_lines_of_pretty_json) {
  const std::string compact = R"({"a":"x\ny","b":[1, 2]})";
  EXPECT_EQ(one_line(compact), compact) << "an escaped line break is a part of the text";
  EXPECT_EQ(one_line("{\r\n  \"a\": \"x\\ny\",\n  \"b\": [\n1,\n2]\n}"), R"({  "a": "x\ny",  "b": [1,2]})");
}

TEST(CsvField, is_quoted_where_it_must_be) {
  EXPECT_EQ(csv_field("PushEvent"), "PushEvent");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(csv_field("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(csv_field(""), "");
}

TEST(CsvField, is_no_formula_to_a_spreadsheet) {
  EXPECT_EQ(csv_field("=1+1"), "'=1+1");
  EXPECT_EQ(csv_field("@SUM(A1,A2)"), "\"'@SUM(A1,A2)\"");
  EXPECT_EQ(csv_field("a=b"), "a=b");
}

TEST(GapTable, has_a_line_for_each_gap_within_a_type) {
  GapTable table("o/r", {});
  EXPECT_EQ(table.line(event(1, "PushEvent", 0)), "") << "the first of its type ends no gap";
  EXPECT_EQ(table.line(event(2, "ForkEvent", 5)), "");
  EXPECT_EQ(table.line(event(3, "PushEvent", 90)),
            "o/r,PushEvent,1970-01-01T00:00:00Z,1970-01-01T00:01:30Z,90,3,true\r\n");
  EXPECT_EQ(table.line(event(4, "PushEvent", 90)),
            "o/r,PushEvent,1970-01-01T00:01:30Z,1970-01-01T00:01:30Z,0,4,true\r\n");
  EXPECT_EQ(table.line(event(5, "ForkEvent", 3605)),
            "o/r,ForkEvent,1970-01-01T00:00:05Z,1970-01-01T01:00:05Z,3600,5,true\r\n");
}

TEST(GapTable, says_where_events_in_between_may_have_been_lost) {
  const std::vector<core::Gap> lost = {{core::event_time_from_unix(100), core::event_time_from_unix(200)}};
  GapTable table("o/r", lost);
  table.line(event(1, "A", 50));
  EXPECT_TRUE(table.line(event(2, "A", 100)).ends_with(",2,true\r\n")) << "it ends where the loss begins";
  EXPECT_TRUE(table.line(event(3, "A", 150)).ends_with(",3,false\r\n"));
  EXPECT_TRUE(table.line(event(4, "A", 300)).ends_with(",4,false\r\n"));
  EXPECT_TRUE(table.line(event(5, "A", 400)).ends_with(",5,true\r\n"));
}

}  // namespace
}  // namespace repopulse::app
