#include "forecast/season.h"

#include <gtest/gtest.h>

#include <numeric>

namespace repopulse::forecast {
namespace {

// 2024-11-11 was a Monday.
core::Timestamp monday(int hour, int minute = 0) {
  return core::timestamp_from_unix_millis(1'731'283'200'000) + std::chrono::hours(hour) + std::chrono::minutes(minute);
}

TEST(Season, counts_hours_from_monday_in_utc) {
  EXPECT_EQ(hour_of_week(monday(0)), 0u);
  EXPECT_EQ(hour_of_week(monday(23, 59)), 23u);
  EXPECT_EQ(hour_of_week(monday(7 * 24 - 1)), 167u);
  EXPECT_EQ(hour_of_week(monday(7 * 24)), 0u);
}

TEST(Season, is_flat_without_evidence) {
  const Season season = Season::fit({}, Season(), 2);
  for (int hour = 0; hour < 168; ++hour) EXPECT_NEAR(season.at(monday(hour, 30)), 1, 1e-12);
}

TEST(Season, finds_the_habit_that_made_the_evidence) {
  SeasonEvidence evidence;
  for (std::size_t i = 0; i < kHoursOfWeek; ++i) {
    const bool office = i % 24 >= 8 && i % 24 < 18 && i / 24 < 5;
    evidence.seen[i] = office ? 300 : 30;
    evidence.expected[i] = 107;
  }
  const Season season = Season::fit(evidence, Season(), 2);
  EXPECT_GT(season.at(monday(12, 30)), 2 * season.at(monday(3, 30)));
  EXPECT_GT(season.at(monday(12, 30)), 2 * season.at(monday(5 * 24 + 12, 30)));
  EXPECT_NEAR(std::accumulate(season.hours().begin(), season.hours().end(), 0.0), 24, 1e-9);
  EXPECT_NEAR(std::accumulate(season.days().begin(), season.days().end(), 0.0), 7, 1e-9);
}

TEST(Season, yields_to_little_evidence_only_a_little) {
  SeasonEvidence evidence;
  evidence.seen[12] = 1;
  evidence.expected.fill(1.0 / 168);
  const Season season = Season::fit(evidence, Season(), 20);
  EXPECT_GT(season.at(monday(12, 30)), 1.0);
  EXPECT_LT(season.at(monday(12, 30)), 1.1);
}

TEST(Season, passes_smoothly_from_hour_to_hour) {
  std::array<double, Season::kHours> hours{};
  hours.fill(1);
  hours[12] = 3;
  const Season season = Season::from_factors(hours, {1, 1, 1, 1, 1, 1, 1});
  const double middle = (season.at(monday(11, 30)) + season.at(monday(12, 30))) / 2;
  EXPECT_NEAR(season.at(monday(12)), middle, 1e-9);
}

}  // namespace
}  // namespace repopulse::forecast
