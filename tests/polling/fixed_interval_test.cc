#include "polling/fixed_interval.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Timestamp;

constexpr EventTime kStart{std::chrono::seconds(1'700'000'000)};

std::vector<EventTime> events_at(const std::vector<int>& seconds) {
  std::vector<EventTime> events;
  for (const int at : seconds) events.push_back(kStart + std::chrono::seconds(at));
  return events;
}

TEST(FixedInterval, a_request_finds_all_events_of_its_interval_at_once) {
  const auto events = events_at({100, 110, 120, 5000});
  const FixedIntervalCost cost = fixed_interval_cost(events, kStart, kStart + 10'000s, 600s);
  EXPECT_DOUBLE_EQ(cost.requests, 10'000.0 / 600);
  EXPECT_DOUBLE_EQ(cost.with_news, 620.0 / 600 + 1) << "now and then the first three fall into two intervals";
}

TEST(FixedInterval, what_was_before_does_not_count_and_what_is_not_asked_for_any_more_is_not_found) {
  EXPECT_EQ(fixed_interval_cost(events_at({-50}), kStart, kStart + 1000s, 100s).with_news, 0);
  EXPECT_DOUBLE_EQ(fixed_interval_cost(events_at({950}), kStart, kStart + 1000s, 100s).with_news, 0.5);
  EXPECT_EQ(fixed_interval_cost(events_at({1000}), kStart, kStart + 1000s, 100s).with_news, 0);
}

TEST(FixedInterval, no_time_costs_nothing) {
  EXPECT_EQ(fixed_interval_cost(events_at({1}), kStart, kStart, 60s).requests, 0);
  EXPECT_EQ(fixed_interval_cost(events_at({1}), kStart + 5s, kStart, 60s).with_news, 0);
}

// Sends every request, for each second at which the first one may be sent.
FixedIntervalCost simulate(const std::vector<EventTime>& events, int span, int interval) {
  FixedIntervalCost sum;
  for (int first = 0; first < interval; ++first) {
    EventTime read = kStart - 1s;  // everything up to then
    for (int at = first; at < span; at += interval) {
      const EventTime now = kStart + std::chrono::seconds(at);
      const bool news =
          std::ranges::any_of(events, [&](EventTime event) { return event > read && event <= now && event >= kStart; });
      sum += {1, news ? 1.0 : 0.0};
      read = now;
    }
  }
  return {sum.requests / interval, sum.with_news / interval};
}

RC_GTEST_PROP(FixedInterval, equals_the_mean_of_all_simulations, ()) {
  const int span = *rc::gen::inRange(1, 400);
  const int interval = *rc::gen::inRange(1, 120);
  std::vector<int> seconds = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-100, 500));
  std::ranges::sort(seconds);
  const auto events = events_at(seconds);
  const FixedIntervalCost cost =
      fixed_interval_cost(events, kStart, kStart + std::chrono::seconds(span), std::chrono::seconds(interval));
  const FixedIntervalCost simulated = simulate(events, span, interval);
  RC_ASSERT(std::abs(cost.requests - simulated.requests) < 1e-9);
  RC_ASSERT(std::abs(cost.with_news - simulated.with_news) < 1e-9);
}

}  // namespace
}  // namespace repopulse::polling
