#include "backtest/trace.h"

#include <gtest/gtest.h>

namespace repopulse::backtest {
namespace {

core::Result<Trace> read(const std::string& file, const std::vector<std::string>& lines) {
  std::size_t next = 0;
  return read_csv_trace(file, [&]() -> core::Result<std::optional<std::string_view>> {
    if (next == lines.size()) return std::nullopt;
    return lines[next++];
  });
}

std::string complaint(const std::string& file, const std::vector<std::string>& lines) {
  const auto trace = read(file, lines);
  return trace ? "none" : trace.error().message;
}

TEST(CsvTrace, is_of_the_repository_that_its_file_is_named_by) {
  for (const char* file :
       {"octo__cat.csv", "octo__cat.csv.gz", "some/folder.d/octo__cat.csv", "/a__b/octo__cat.csv.gz"}) {
    const auto trace = read(file, {});
    ASSERT_TRUE(trace) << trace.error().message;
    EXPECT_EQ(trace->name.full_name(), "octo/cat") << file;
  }
  EXPECT_EQ(read("o__under__score.csv", {})->name.full_name(), "o/under__score");
  for (const char* file : {"octo.csv", "octo__.csv", "a__b/octo.csv", ".csv"}) {
    EXPECT_EQ(complaint(file, {}),
              std::string(file) + ": a trace's file is named OWNER__REPO.csv or OWNER__REPO.csv.gz");
  }
}

TEST(CsvTrace, is_the_same_with_a_byte_order_mark_blanks_and_other_ends_of_lines) {
  const std::vector<std::vector<std::string>> ways = {
      {"unix_time,kind", "1500000001,PushEvent", "1500000000,IssuesEvent"},
      {"1500000001,PushEvent", "1500000000,IssuesEvent"},
      {"\xef\xbb\xbfunix_time,kind", "1500000001,PushEvent", "1500000000,IssuesEvent"},
      {"\xef\xbb\xbf"
       "1500000001,PushEvent",
       "1500000000,IssuesEvent"},
      {" unix_time , kind\r", "1500000001, PushEvent \r", "\t1500000000 ,\tIssuesEvent", "  ", "\r", ""}};
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const auto trace = read("o__r.csv", ways[i]);
    ASSERT_TRUE(trace) << "way " << i << ": " << trace.error().message;
    ASSERT_EQ(trace->events.size(), 2u) << "way " << i;
    EXPECT_EQ(core::unix_seconds(trace->events[0].at), 1'500'000'000) << "way " << i;
    EXPECT_EQ(trace->events[0].kind, "IssuesEvent") << "way " << i;
    EXPECT_EQ(trace->events[1].kind, "PushEvent") << "way " << i;
  }
}

TEST(CsvTrace, names_the_line_that_is_wrong) {
  for (const char* wrong : {"1500000000", "yesterday,PushEvent", ",PushEvent", "1500000000.5,PushEvent",
                            "unix_time,kind", "99999999999999999999,PushEvent", "+1500000000,PushEvent"}) {
    EXPECT_EQ(complaint("o__r.csv", {"1500000000,PushEvent", wrong}), "o__r.csv:2: expected `unix_time,kind`") << wrong;
  }
  for (const char* wrong : {"1500000000000", "99999999999999999", "-5", "4102444800"}) {
    EXPECT_EQ(
        complaint("o__r.csv", {"", std::string(wrong) + ",PushEvent"}),
        "o__r.csv:2: the time " + std::string(wrong) + " is not in the years 1970 to 2099, in seconds since 1970");
  }
  EXPECT_EQ(complaint("o__r.csv", {"0,PushEvent", "4102444799,PushEvent"}), "none");
}

TEST(CsvTrace, hands_on_what_is_wrong_with_the_file) {
  const auto trace = read_csv_trace("o__r.csv", []() -> core::Result<std::optional<std::string_view>> {
    return core::fail(core::ErrorKind::kCorrupt, "the disk");
  });
  ASSERT_FALSE(trace);
  EXPECT_EQ(trace.error().kind, core::ErrorKind::kCorrupt);
  EXPECT_EQ(trace.error().message, "the disk");
}

}  // namespace
}  // namespace repopulse::backtest
