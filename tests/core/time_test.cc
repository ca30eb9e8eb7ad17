#include "core/time.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace repopulse::core {
namespace {

using namespace std::chrono_literals;

TEST(Time, reads_and_writes_what_github_writes) {
  const auto at = parse_rfc3339("2024-11-12T20:13:10Z");
  ASSERT_TRUE(at);
  EXPECT_EQ(unix_seconds(*at), 1731442390);
  EXPECT_EQ(format_rfc3339(*at), "2024-11-12T20:13:10Z");
}

TEST(Time, reads_offsets_and_fractions) {
  EXPECT_EQ(parse_rfc3339("2024-11-12T22:13:10.999+02:00"), parse_rfc3339("2024-11-12T20:13:10Z"));
  EXPECT_EQ(parse_rfc3339("2012-09-06T00:00:00-07:00"), parse_rfc3339("2012-09-06T07:00:00Z"));
}

TEST(Time, rounds_a_fraction_up_where_that_is_wanted) {
  const auto up = [](std::string_view text) { return parse_rfc3339(text, Fraction::kRoundUp); };
  EXPECT_EQ(up("2024-11-12T20:13:59.001Z"), parse_rfc3339("2024-11-12T20:14:00Z"));
  EXPECT_EQ(up("2024-11-12T20:13:10.000Z"), parse_rfc3339("2024-11-12T20:13:10Z"));
  EXPECT_EQ(up("2024-11-12T20:13:10Z"), parse_rfc3339("2024-11-12T20:13:10Z"));
}

TEST(Time, refuses_what_is_no_time) {
  for (const char* text :
       {"", "2024", "2024-11-12", "2024-13-12T20:13:10Z", "2024-02-30T20:13:10Z", "2024-11-12T25:13:10Z",
        "2024-11-12T20:13:10", "2024-11-12T20:13:10ZZ", "1969-11-12T20:13:10Z", "2024-11-12T20:13:10.Z",
        "2024-11-12T20:13:10+2:00", "-024-11-12T20:13:10Z", "1970-01-01T00:00:00+01:00"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Time, refuses_what_is_after_the_year_9999) {
  EXPECT_EQ(parse_rfc3339("9999-12-31T23:59:59.5Z", Fraction::kRoundUp), parse_rfc3339("9999-12-31T23:59:59Z"));
  EXPECT_FALSE(parse_rfc3339("9999-12-31T23:59:60Z"));
  EXPECT_FALSE(parse_rfc3339("9999-12-31T23:59:59-00:01"));
  EXPECT_FALSE(parse_http_date("Fri, 31 Dec 9999 23:59:60 GMT"));
}

// Whatever is read is written as a text that is read as the same.
RC_GTEST_PROP(Time, what_is_read_can_be_written, ()) {
  const auto two = [](int from, int to) {
    std::string text = std::to_string(*rc::gen::inRange(from, to));
    return text.size() < 2 ? "0" + text : text;
  };
  const std::string text = *rc::gen::element<std::string>("1970-01-", "1999-12-", "9999-12-") + two(1, 33) + "T" +
                           two(0, 25) + ":" + two(50, 61) + ":" + two(50, 62) +
                           *rc::gen::element<std::string>("Z", ".9Z", "+00:01", "-00:01", "+23:59", "-23:59");
  const auto at = parse_rfc3339(text, Fraction::kRoundUp);
  if (at) RC_ASSERT(parse_rfc3339(format_rfc3339(*at)) == at);
}

RC_GTEST_PROP(Time, any_second_survives_its_texts, ()) {
  const auto at = event_time_from_unix(*rc::gen::inRange<std::int64_t>(0, 253'402'300'799));
  RC_ASSERT(parse_rfc3339(format_rfc3339(at)) == at);
  RC_ASSERT(parse_http_date(format_http_date(at)) == at);
}

TEST(Time, reads_all_three_http_dates) {
  const auto expected = parse_rfc3339("1994-11-06T08:49:37Z");
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), expected);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), expected);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), expected);
  EXPECT_EQ(format_http_date(*expected), "Sun, 06 Nov 1994 08:49:37 GMT");
  for (const char* text : {"", "Sun", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET", "0"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

TEST(Duration, reads_what_people_write) {
  EXPECT_EQ(parse_duration("90s"), 90s);
  EXPECT_EQ(parse_duration("5m"), 5min);
  EXPECT_EQ(parse_duration("1h"), 1h);
  EXPECT_EQ(parse_duration("8d"), 192h);
  EXPECT_EQ(parse_duration("1h30m"), 90min);
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_duration("1.5m"), 90s);
  EXPECT_EQ(parse_duration("0"), 0s);
  EXPECT_EQ(parse_duration("45"), 45s);
  for (const char* text : {"", "m", "5x", "-5m", "5m3", "1e3s", "5 m", "99999999999d", "nan", "inf", "+5m"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

RC_GTEST_PROP(Duration, survives_its_text, ()) {
  const Millis span(*rc::gen::inRange<std::int64_t>(0, 300'000'000'000));
  RC_ASSERT(parse_duration(format_duration(span)) == span);
}

}  // namespace
}  // namespace repopulse::core
