// Tables for people, and numbers as people say them.
#include "app/tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "app/humanise.h"
#include "app/table.h"

namespace repopulse::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr core::Timestamp kNow = core::to_timestamp(core::event_time_from_unix(1'731'442'440));  // 2024-11-12T20:14:00Z

TEST(Humanise, SaysDurationsInTwoUnitsAtMost) {
  EXPECT_EQ(humanise_seconds(0), "0 s");
  EXPECT_EQ(humanise_seconds(0.44), "0.4 s");
  EXPECT_EQ(humanise_seconds(12.4), "12 s");
  EXPECT_EQ(humanise_seconds(59.6), "1 min");
  EXPECT_EQ(humanise_seconds(512.3), "8 min 32 s");
  EXPECT_EQ(humanise_seconds(11'520), "3 h 12 min");
  EXPECT_EQ(humanise_seconds(86'400 * 5 + 3'600 * 4 + 59), "5 d 4 h");
  EXPECT_EQ(humanise_seconds(86'400 * 29 + 3'600 * 4), "29 d 4 h");
  EXPECT_EQ(humanise_seconds(86'400 * 1204 + 3'600 * 4), "1,204 d");
  EXPECT_EQ(humanise_seconds(1e300), "-");
}

TEST(Humanise, SaysMomentsAsSeenFromNow) {
  EXPECT_EQ(humanise_moment(core::to_event_time(kNow), kNow), "now");
  EXPECT_EQ(humanise_moment(core::to_event_time(kNow) - core::Seconds(190), kNow), "3 min 10 s ago");
  EXPECT_EQ(humanise_moment(core::to_event_time(kNow) + core::Seconds(7'500), kNow), "in 2 h 5 min");
  EXPECT_EQ(humanise_moment(core::to_event_time(kNow) - std::chrono::days(30), kNow), "2024-10-13");
  EXPECT_EQ(humanise_moment(core::to_event_time(kNow) + std::chrono::days(60), kNow), "2025-01-11");
}

TEST(Humanise, SaysWhatIsOverdue) {
  EXPECT_EQ(humanise_due(core::to_event_time(kNow), kNow), "now");
  EXPECT_EQ(humanise_due(core::to_event_time(kNow) + core::Seconds(300), kNow), "in 5 min");
  EXPECT_EQ(humanise_due(core::to_event_time(kNow) - core::Seconds(900), kNow), "overdue by 15 min");
  EXPECT_EQ(humanise_due(core::to_event_time(kNow) - std::chrono::days(30), kNow), "overdue since 2024-10-13");
}

TEST(Humanise, GroupsDigits) {
  EXPECT_EQ(humanise_count(7), "7");
  EXPECT_EQ(humanise_count(999), "999");
  EXPECT_EQ(humanise_count(1'234'567), "1,234,567");
}

TEST(Table, AlignsColumnsAndKeepsCellsOnTheirLine) {
  Table table({{"NAME"}, {"N", Align::kRight}, {"LABEL"}});
  table.add({"a", "1", "x\ny"});
  table.add({"größer", "100", ""});
  std::ostringstream out;
  table.print(out, false);
  EXPECT_EQ(out.str(), "NAME      N  LABEL\na         1  x\\ny\ngrößer  100\n");
}

TEST(Table, ALongNameDoesNotStretchItInATerminal) {
  Table table({{"NAME", Align::kLeft, true}, {"N", Align::kRight}});
  table.add({std::string(50, 'a') + std::string(50, 'b'), "1"});
  table.add({"short", "2"});
  std::ostringstream terminal;
  table.print(terminal, {false, 120});
  const std::string name = std::string(20, 'a') + "\u2026" + std::string(19, 'b');
  EXPECT_EQ(terminal.str(),
            "NAME" + std::string(36, ' ') + "  N\n" + name + "  1\nshort" + std::string(35, ' ') + "  2\n");
  std::ostringstream pipe;
  table.print(pipe, {});
  EXPECT_THAT(pipe.str(), HasSubstr(std::string(50, 'a') + std::string(50, 'b') + "  1\n"));
}

TEST(Table, ShortensInTheMiddleByCharacters) {
  EXPECT_EQ(shortened("größer", 6), "größer");
  EXPECT_EQ(shortened("größer", 5), "gr\u2026er");
  EXPECT_EQ(shortened("größer", 4), "gr\u2026r");
  EXPECT_EQ(shortened("größer", 2), "g\u2026");
  EXPECT_EQ(shortened("größer", 1), "\u2026");
}

TEST(Table, ColoursOnlyWhenAsked) {
  Table table({{"STATUS"}, {"NEXT"}});
  table.add({{"ok", Tint::kGood}, "now"});
  std::ostringstream plain;
  table.print(plain, false);
  EXPECT_THAT(plain.str(), Not(HasSubstr("\x1b")));
  std::ostringstream coloured;
  table.print(coloured, true);
  EXPECT_THAT(coloured.str(), HasSubstr("\x1b[32mok\x1b[0m      now"));
}

TEST(GrowingTable, ShowsEachRowAtOnceUnderWideEnoughTitles) {
  std::ostringstream out;
  GrowingTable table({{"NAME"}, {"N", Align::kRight, false, 3}, {"LABEL"}}, out, {});
  EXPECT_EQ(out.str(), "");
  table.add({"a", "1", "x\ny"});
  const std::string first = "NAME    N  LABEL\na       1  x\\ny\n";
  EXPECT_EQ(out.str(), first);
  table.add({"longer", "1000", "z"});
  EXPECT_EQ(out.str(), first + "longer  1000  z\n");
}

TEST(Tables, ShowsRepositories) {
  std::ostringstream out;
  const auto printed = print_repositories(
      R"([{"full_name":"a/b","active":true,"status":"ok","status_detail":null,"events_stored":1234,
           "last_event_at":"2024-11-12T20:13:10Z","last_polled_at":null,"next_poll_at":"2024-11-12T20:15:00Z"}])",
      kNow, false, out);
  ASSERT_TRUE(printed) << printed.error().message;
  EXPECT_THAT(out.str(), HasSubstr("a/b         yes     ok       1,234    50 s ago          -   in 1 min\n"));
}

TEST(Tables, ShowsStatistics) {
  std::ostringstream out;
  const auto printed = print_statistics(
      R"({"repository":"a/b","window":{"rule":"7 days or 500 events, whichever is less","from":"2024-11-10T08:00:00Z",
          "to":"2024-11-12T20:13:10Z","events":500,"complete":false},
          "types":[{"type":"PushEvent","events":120,"average_seconds":512.3,"median_seconds":61.0,"p90_seconds":1800.0,
                    "max_seconds":9120,"last_event_at":"2024-11-12T20:13:10Z","events_per_hour":7.03,
                    "events_per_watched_hour":1.99,"few_events":false,"expected_next_at":null},
                   {"type":"ForkEvent","events":1,"few_events":true,"average_seconds":null}]})",
      kNow, false, out);
  ASSERT_TRUE(printed) << printed.error().message;
  EXPECT_THAT(out.str(),
              HasSubstr("a/b: 500 events, 2024-11-10T08:00:00Z to 2024-11-12T20:13:10Z (7 days or 500 events, "
                        "whichever is less; incomplete: events may be missing)\n"));
  EXPECT_THAT(
      out.str(),
      HasSubstr("PushEvent     120  8 min 32 s  1 min 1 s  30 min  2 h 32 min      1.99  50 s ago         -\n"));
  EXPECT_THAT(out.str(), HasSubstr("ForkEvent       1           -"));
  EXPECT_THAT(out.str(), HasSubstr("-         -  few events\n"));
}

TEST(Tables, NameBucketsByTheClockOfTheirTimeZone) {
  const auto printed_of = [](const std::string& by, const std::string& buckets) {
    std::ostringstream out;
    EXPECT_TRUE(print_history(
        R"({"repository":"o/r","by":")" + by + R"(","time_zone":"Europe/Berlin","buckets":[)" + buckets + "]}", false,
        out));
    return out.str();
  };
  EXPECT_EQ(printed_of("day", R"({"from":"2024-10-25T22:00:00Z","events":1234,"complete":true},)"
                              R"({"from":"2024-10-26T22:00:00Z","events":0,"complete":true},)"
                              R"({"from":"2024-10-27T23:00:00Z","events":617,"complete":false})"),
            "o/r: events by day, Europe/Berlin\n"
            "FROM        EVENTS                                            NOTE\n"
            "2024-10-26   1,234  ########################################\n"
            "2024-10-27       0\n"
            "2024-10-28     617  ####################                      incomplete\n");
  const std::string hours = printed_of("hour", R"({"from":"2024-10-27T00:00:00Z","events":1,"complete":true},)"
                                               R"({"from":"2024-10-27T01:00:00Z","events":1,"complete":true})");
  EXPECT_THAT(hours, HasSubstr("2024-10-27 02:00:00 +02:00")) << "the clock shows this hour twice";
  EXPECT_THAT(hours, HasSubstr("2024-10-27 02:00:00 +01:00"));
  std::ostringstream out;
  for (const char* text : {"", "[]", R"({"buckets":[1]})"}) EXPECT_FALSE(print_history(text, false, out)) << text;
}

TEST(Tables, RefusesWhatIsNoAnswerOfAServer) {
  std::ostringstream out;
  for (const char* text : {"", "<html>", "42", "[1]", "{}"}) {
    EXPECT_FALSE(print_statistics(text, kNow, false, out)) << text;
  }
  for (const char* text : {"", "<html>", "42", "[1]"}) EXPECT_FALSE(print_repositories(text, kNow, false, out)) << text;
}

}  // namespace
}  // namespace repopulse::app
