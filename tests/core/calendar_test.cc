// Hours, days and weeks of time zones, at transitions that happened.
#include "core/calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace repopulse::core {
namespace {

using ::testing::ElementsAre;

absl::TimeZone zone(const std::string& name) {
  absl::TimeZone out;
  EXPECT_TRUE(absl::LoadTimeZone(name, &out)) << name << " is not in the time zone database of this machine";
  return out;
}

EventTime at(std::string_view text) {
  return parse_rfc3339(text).value();
}

// Beginnings from `since` on, before `until`.
std::vector<std::string> begins(CalendarUnit unit, const std::string& name, std::string_view since,
                                std::string_view until) {
  const Calendar calendar(unit, zone(name));
  std::vector<std::string> out;
  for (EventTime edge = calendar.next(at(since) - Seconds(1)); edge < at(until); edge = calendar.next(edge)) {
    out.push_back(format_rfc3339(edge));
  }
  return out;
}

TEST(Calendar, ADayHas23And25HoursWhereTheClockIsSet) {
  EXPECT_THAT(begins(CalendarUnit::kDay, "Europe/Berlin", "2024-03-30T00:00:00Z", "2024-04-02T00:00:00Z"),
              ElementsAre("2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z", "2024-04-01T22:00:00Z"));
  EXPECT_THAT(begins(CalendarUnit::kDay, "Europe/Berlin", "2024-10-26T00:00:00Z", "2024-10-28T12:00:00Z"),
              ElementsAre("2024-10-26T22:00:00Z", "2024-10-27T23:00:00Z"));
  EXPECT_EQ(begins(CalendarUnit::kHour, "Europe/Berlin", "2024-10-26T22:00:00Z", "2024-10-27T23:00:00Z").size(), 25U);
  EXPECT_EQ(begins(CalendarUnit::kHour, "Europe/Berlin", "2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z").size(), 23U);
}

TEST(Calendar, HoursAndDaysOfAHalfHourZoneBeginAtTheHalfHour) {
  EXPECT_THAT(begins(CalendarUnit::kHour, "Asia/Kolkata", "2024-05-01T10:00:00Z", "2024-05-01T12:00:00Z"),
              ElementsAre("2024-05-01T10:30:00Z", "2024-05-01T11:30:00Z"));
  EXPECT_THAT(begins(CalendarUnit::kDay, "Asia/Kolkata", "2024-05-01T00:00:00Z", "2024-05-02T00:00:00Z"),
              ElementsAre("2024-05-01T18:30:00Z"));
}

TEST(Calendar, WhereTheClockIsSetByHalfAnHourOneHourIsShort) {
  EXPECT_THAT(
      begins(CalendarUnit::kHour, "Australia/Lord_Howe", "2024-04-06T14:00:00Z", "2024-04-06T17:00:00Z"),
      ElementsAre("2024-04-06T14:00:00Z", "2024-04-06T15:00:00Z", "2024-04-06T15:30:00Z", "2024-04-06T16:30:00Z"));
  EXPECT_THAT(begins(CalendarUnit::kHour, "Australia/Lord_Howe", "2024-10-05T14:30:00Z", "2024-10-05T17:00:00Z"),
              ElementsAre("2024-10-05T14:30:00Z", "2024-10-05T15:30:00Z", "2024-10-05T16:00:00Z"));
}

TEST(Calendar, AnHourEndsWhereTheClockIsSetOnToTheNext) {
  // At 02:30 it was set to 03:00.
  EXPECT_THAT(begins(CalendarUnit::kHour, "America/Caracas", "2016-05-01T06:00:00Z", "2016-05-01T08:30:00Z"),
              ElementsAre("2016-05-01T06:30:00Z", "2016-05-01T07:00:00Z", "2016-05-01T08:00:00Z"));
}

TEST(Calendar, WhereTheClockIsSetInTheMiddleOfAnHourBothPartsAreShort) {
  // At 02:45 it was set to 03:45.
  EXPECT_THAT(
      begins(CalendarUnit::kHour, "Pacific/Chatham", "2023-09-23T13:00:00Z", "2023-09-23T15:30:00Z"),
      ElementsAre("2023-09-23T13:15:00Z", "2023-09-23T14:00:00Z", "2023-09-23T14:15:00Z", "2023-09-23T15:15:00Z"));
}

TEST(Calendar, ADayWithoutMidnightBeginsAtOne) {
  EXPECT_THAT(begins(CalendarUnit::kDay, "America/Sao_Paulo", "2018-11-03T00:00:00Z", "2018-11-06T00:00:00Z"),
              ElementsAre("2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"));
}

TEST(Calendar, ADayWithTwoMidnightsBeginsAtTheFirst) {
  EXPECT_THAT(begins(CalendarUnit::kDay, "America/Havana", "2024-11-02T12:00:00Z", "2024-11-04T12:00:00Z"),
              ElementsAre("2024-11-03T04:00:00Z", "2024-11-04T05:00:00Z"));
  // At 00:01 the clock went back to 23:01 of the day before.
  const Calendar calendar(CalendarUnit::kDay, zone("America/St_Johns"));
  EXPECT_EQ(calendar.begin(at("2010-11-07T03:00:00Z")), at("2010-11-07T02:30:00Z"));
  EXPECT_EQ(calendar.next(at("2010-11-07T03:00:00Z")), at("2010-11-08T03:30:00Z"));
}

TEST(Calendar, ADayThatAZoneLeftOutDoesNotExist) {
  EXPECT_THAT(begins(CalendarUnit::kDay, "Pacific/Apia", "2011-12-29T00:00:00Z", "2012-01-01T00:00:00Z"),
              ElementsAre("2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"));
}

TEST(Calendar, WeeksBeginOnMonday) {
  EXPECT_THAT(begins(CalendarUnit::kWeek, "UTC", "2024-01-01T00:00:00Z", "2024-01-16T00:00:00Z"),
              ElementsAre("2024-01-01T00:00:00Z", "2024-01-08T00:00:00Z", "2024-01-15T00:00:00Z"));
  EXPECT_THAT(begins(CalendarUnit::kWeek, "America/New_York", "2024-03-04T00:00:00Z", "2024-03-20T00:00:00Z"),
              ElementsAre("2024-03-04T05:00:00Z", "2024-03-11T04:00:00Z", "2024-03-18T04:00:00Z"));
}

TEST(Calendar, EdgesBeginAndEndAsTheStretchDoes) {
  const Calendar calendar(CalendarUnit::kDay, absl::UTCTimeZone());
  const auto edges = calendar.edges(at("2024-05-01T12:00:00Z"), at("2024-05-03T00:00:00Z"), 2);
  ASSERT_TRUE(edges);
  EXPECT_THAT(*edges, ElementsAre(at("2024-05-01T12:00:00Z"), at("2024-05-02T00:00:00Z"), at("2024-05-03T00:00:00Z")));
  EXPECT_FALSE(calendar.edges(at("2024-05-01T12:00:00Z"), at("2024-05-03T00:00:01Z"), 2));
  EXPECT_TRUE(calendar.edges(at("2024-05-01T12:00:00Z"), at("2024-05-01T12:00:00Z"), 2)->empty());
}

TEST(Calendar, UnitsBeforeAreCountedByTheClock) {
  const Calendar calendar(CalendarUnit::kDay, zone("Europe/Berlin"));
  EXPECT_EQ(calendar.begin_before(at("2024-04-01T12:00:00Z"), 2), at("2024-03-29T23:00:00Z"));
}

TEST(Calendar, NamesOfUnitsAreReadAsTheyAreWritten) {
  for (const auto unit : {CalendarUnit::kHour, CalendarUnit::kDay, CalendarUnit::kWeek}) {
    EXPECT_EQ(parse_calendar_unit(to_string(unit)), unit);
  }
  EXPECT_EQ(parse_calendar_unit("Day"), std::nullopt);
}

RC_GTEST_PROP(Calendar, EachMomentIsInTheUnitThatBeginsBeforeItAndEndsAfterIt, ()) {
  const auto name = *rc::gen::element<std::string>("UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe",
                                                   "America/Sao_Paulo", "America/St_Johns", "Pacific/Apia",
                                                   "Asia/Kathmandu", "America/Caracas", "Africa/Casablanca");
  const auto unit = *rc::gen::element(CalendarUnit::kHour, CalendarUnit::kDay, CalendarUnit::kWeek);
  const EventTime moment = event_time_from_unix(*rc::gen::inRange<std::int64_t>(600'000'000, 2'000'000'000));
  const Calendar calendar(unit, zone(name));
  const EventTime begin = calendar.begin(moment);
  const EventTime end = calendar.next(moment);
  RC_ASSERT(begin <= moment);
  RC_ASSERT(moment < end);
  RC_ASSERT(calendar.is_begin(end));
  RC_ASSERT(calendar.next(begin) == end);
  RC_ASSERT(calendar.begin(end) == end);
  RC_ASSERT(calendar.begin(end - Seconds(1)) == begin);
}

}  // namespace
}  // namespace repopulse::core
