#include "core/time_bound.h"

#include <gtest/gtest.h>

namespace repopulse::core {
namespace {

TEST(TimeBound, takes_the_years_before_1970_too) {
  EXPECT_EQ(unix_seconds(*parse_time_bound("0001-01-01T00:00:00Z", Fraction::kCut)), -62'135'596'800);
  EXPECT_EQ(unix_seconds(*parse_time_bound("1969-12-31T23:59:59Z", Fraction::kCut)), -1);
  EXPECT_EQ(unix_seconds(*parse_time_bound("1969-12-31T23:59:58.5Z", Fraction::kRoundUp)), -1);
  EXPECT_EQ(unix_seconds(*parse_time_bound("1970-01-01T00:00:00+01:00", Fraction::kCut)), -3600);
  EXPECT_EQ(unix_seconds(*parse_time_bound("1600-02-29T00:00:00Z", Fraction::kCut)), -11'670'998'400);
  EXPECT_EQ(parse_time_bound("2024-11-12T20:13:10Z", Fraction::kCut), parse_rfc3339("2024-11-12T20:13:10Z"));
  EXPECT_EQ(parse_time_bound("9999-12-31T23:59:59Z", Fraction::kCut), parse_rfc3339("9999-12-31T23:59:59Z"));
}

TEST(TimeBound, refuses_what_is_no_time) {
  for (const char* text : {"", "0000-01-01T00:00:00Z", "1900-02-29T00:00:00Z", "1969-13-01T00:00:00Z", "196",
                           "-001-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "1969", "0001-01-01T00:00:00",
                           "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"}) {
    EXPECT_FALSE(parse_time_bound(text, Fraction::kCut)) << text;
  }
}

}  // namespace
}  // namespace repopulse::core
