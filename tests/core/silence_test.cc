#include "core/silence.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace repopulse::core {
namespace {

EventTime at(std::int64_t seconds) {
  return event_time_from_unix(1'700'000'000 + seconds);
}

Window window_of(const std::vector<std::int64_t>& seconds) {
  Window window;
  for (std::size_t i = 0; i < seconds.size(); ++i) window.insert({i + 1, at(seconds[i])}, "PushEvent");
  return window;
}

double ratio(const Window& window, std::int64_t now) {
  return silence_ratio(window, to_timestamp(at(now))).value_or(-1);
}

TEST(SilenceRatio, IsTheSilenceOverTheGapsThatAlmostAllStayBelow) {
  std::vector<std::int64_t> seconds;
  for (int i = 0; i <= 100; ++i) seconds.push_back(60 * i);
  const Window steady = window_of(seconds);
  EXPECT_DOUBLE_EQ(ratio(steady, 6'000), 0);
  EXPECT_DOUBLE_EQ(ratio(steady, 6'060), 1);
  EXPECT_DOUBLE_EQ(ratio(steady, 6'600), 10);
  seconds.push_back(6'000 + 3'600);  // one gap of 101: 99 % of them are of a minute
  EXPECT_DOUBLE_EQ(ratio(window_of(seconds), 9'600 + 120), 2);
}

TEST(SilenceRatio, OfFewerThanTwoEventsThereIsNone) {
  EXPECT_FALSE(silence_ratio(Window(), to_timestamp(at(0))));
  EXPECT_FALSE(silence_ratio(window_of({0}), to_timestamp(at(60))));
}

TEST(SilenceRatio, ALongSilenceKeepsItsMeasureWhenTheEventsAreTooOldForTheWindow) {
  const std::int64_t day = 86'400;
  const Window window = window_of({0, 3'600, 7'200});
  EXPECT_DOUBLE_EQ(ratio(window, 7'200 + 6 * day), 6 * 24);
  EXPECT_DOUBLE_EQ(ratio(window, 7'200 + 30 * day), 30 * 24);
}

TEST(SilenceRatio, EventsOfOneSecondHaveGapsOfASecondAtLeast) {
  EXPECT_DOUBLE_EQ(ratio(window_of({0, 0, 0}), 30), 30);
}

TEST(SilenceRatio, AnEventAheadOfTheClockEndsNoSilence) {
  Window window = window_of({0, 60});
  window.insert({9, at(86'400)}, "PushEvent", to_timestamp(at(60)));
  EXPECT_DOUBLE_EQ(ratio(window, 120), 1);
}

RC_GTEST_PROP(SilenceRatioProperty, EqualsBruteForce, ()) {
  auto seconds = *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 500'000));
  RC_PRE(seconds.size() >= 2);
  const std::int64_t silence = *rc::gen::inRange<std::int64_t>(0, 100'000);  // all events are in the window
  std::ranges::sort(seconds);
  std::vector<double> gaps;
  for (std::size_t i = 1; i < seconds.size(); ++i) gaps.push_back(static_cast<double>(seconds[i] - seconds[i - 1]));
  std::ranges::sort(gaps);
  const double position = 0.99 * static_cast<double>(gaps.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(position));
  const auto above = static_cast<std::size_t>(std::ceil(position));
  const double usual = gaps[below] + (position - std::floor(position)) * (gaps[above] - gaps[below]);
  const double expected = static_cast<double>(silence) / std::max(1.0, usual);
  RC_ASSERT(std::abs(ratio(window_of(seconds), seconds.back() + silence) - expected) <= 1e-9 * std::max(1.0, expected));
}

}  // namespace
}  // namespace repopulse::core
