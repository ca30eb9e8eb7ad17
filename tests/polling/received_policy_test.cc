// What WaitingCostPolicy makes of a feed that shows a part of others, with models whose rates the test knows.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "polling/waiting_cost_policy.h"
#include "tests/polling/constant_model.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'700'000'000)};
constexpr double kGoal = 300;
constexpr double kRate = 1e-4;  // of each feed

class PartlyShownPolicy : public testing::Test {
 protected:
  PartlyShownPolicy() {
    for (const char* name : {"a", "b", "c", "d"}) {
      policy_.add(name, {}, {}, kStart);
      poll(name, 0s);
    }
  }
  void poll(const std::string& name, Millis after, std::size_t arrivals = 0, std::size_t of_shown_part = 0) {
    const std::vector<core::EventTime> times(arrivals, core::to_event_time(kStart + after - 1s));
    PollObservation poll;
    poll.at = kStart + after;
    if (after > 0s) poll.previous = kStart;
    poll.arrivals = times;
    poll.of_shown_part = of_shown_part;
    policy_.observe(name, poll);
  }
  double receive(const std::string& name, Millis after, std::size_t arrivals = 0) {
    const std::vector<core::EventTime> times(arrivals, core::to_event_time(kStart + after - 1s));
    PollObservation poll;
    poll.at = kStart + after;
    poll.arrivals = times;
    return policy_.observe_shown(name, poll);
  }
  void show(double hidden) {
    std::vector<PartlyShown> parts;
    for (const char* name : {"a", "b", "c", "d"}) parts.push_back({name, hidden});
    policy_.show_parts(parts);
  }
  // Where events of all feeds wait for the goal on average.
  static double price(double hidden) {
    const double roots = 4 * std::sqrt(hidden * kRate) + std::sqrt(4 * (1 - hidden) * kRate);
    const double polls = roots / (4 * kRate) / kGoal;
    return polls * polls / 2;
  }
  double own_after(const std::string& name, Millis after) {
    return std::chrono::duration<double>(policy_.next(name, kStart + after) - kStart).count();
  }
  double shown_after(Millis after) {
    return std::chrono::duration<double>(policy_.next_shown(kStart + after) - kStart).count();
  }

  WaitingCostPolicy policy_{"test", {.freshness = 300s, .window = {}}, [](std::string_view feed) {
                              const double rate = feed == "flood" ? 1'000 * kRate : kRate;
                              return std::make_unique<ConstantModel>(rate, rate);
                            }};
};

TEST_F(PartlyShownPolicy, each_part_is_due_as_a_feed_of_its_rate_would_be) {
  for (const double hidden : {0.1, 0.3, 0.6}) {
    show(hidden);
    const double own = std::sqrt(2 / (hidden * kRate * price(hidden)));
    const double shown = std::sqrt(2 / (4 * (1 - hidden) * kRate * price(hidden)));
    EXPECT_NEAR(own_after("a", 0s), own, 0.02 * own) << hidden;
    EXPECT_NEAR(shown_after(0s), shown, 0.02 * shown) << hidden;
  }
}

TEST_F(PartlyShownPolicy, what_is_hidden_goes_on_waiting_while_the_rest_is_brought) {
  show(0.3);
  const double own = own_after("a", 0s);
  const double shown = shown_after(0s);
  for (const Millis after : {5min, 10min, 15min}) {
    for (const char* name : {"a", "b", "c", "d"}) receive(name, after);
    EXPECT_NEAR(own_after("a", after), own, 0.02 * own) << after / 1min;
    EXPECT_NEAR(shown_after(after), static_cast<double>(after / 1s) + shown, 0.02 * own) << "that begins anew";
  }
  poll("a", 40min);
  EXPECT_NEAR(own_after("a", 40min), 2'400 + own, 0.02 * own) << "now it does too";
}

TEST_F(PartlyShownPolicy, own_reads_bring_what_would_have_been_shown) {
  show(0.3);
  const double before = shown_after(0s);
  for (const char* name : {"a", "b", "c"}) poll(name, 30min);
  EXPECT_GT(shown_after(0s), 1.2 * before) << "one feed of four waits";
}

TEST_F(PartlyShownPolicy, tells_how_many_events_were_expected_to_be_shown) {
  EXPECT_EQ(receive("a", 1h), 0) << "no part of it is shown";
  show(0.25);
  EXPECT_NEAR(receive("a", 2h), 0.75 * kRate * 7'200, 1e-3);
  EXPECT_NEAR(receive("a", 3h), 0.75 * kRate * 3'600, 1e-3);
}

TEST_F(PartlyShownPolicy, probes_are_for_what_is_hidden) {
  show(0.2);
  const std::vector<std::string> names = {"a", "b", "c", "d"};
  policy_.probe_together("probes/1", names);
  const double told = policy_.observe_probe("a", {kStart + 1000s, false});
  EXPECT_NEAR(told, 0.2 * kRate * 1000, 0.02 * told);
  receive("a", 2000s);
  const double later = policy_.observe_probe("a", {kStart + 3000s, false});
  EXPECT_NEAR(later, 0.2 * kRate * 2000, 0.02 * later) << "what was brought meanwhile changes nothing";
}

TEST_F(PartlyShownPolicy, news_of_what_is_hidden_makes_it_due_earlier) {
  show(0.2);
  policy_.probe_together("probes/1", std::vector<std::string>{"a", "b", "c", "d"});
  for (const char* name : {"a", "b", "c", "d"}) policy_.observe_probe(name, {kStart + 1000s, false});
  const double before = own_after("a", 1000s);
  policy_.observe_probe("a", {kStart + 1500s, true});
  EXPECT_LT(own_after("a", 1500s), before);
}

TEST_F(PartlyShownPolicy, costs_less_the_more_is_shown_and_more_where_nothing_is) {
  const auto cost = [&](double hidden, double poll_cost = 1) {
    std::vector<PartlyShown> parts;
    for (const char* name : {"a", "b", "c", "d"}) parts.push_back({name, hidden});
    return policy_.plan_parts(parts, std::nullopt, poll_cost).cost;
  };
  EXPECT_NEAR(cost(0), 0.5, 1e-9) << "one feed of four times the rate";
  EXPECT_NEAR(cost(1), 1, 1e-9);
  EXPECT_NEAR(cost(0.9), 1, 1e-9) << "two questions for the same events: it is not asked";
  EXPECT_LT(cost(0.05), cost(0.2));
  EXPECT_GT(cost(0.2, 3), cost(0.2)) << "its polls have more pages";
  const std::vector<PartlyShown> added = {{"a", 0.2}};
  const double alone = policy_.added_cost_of_parts(added, std::nullopt);
  policy_.show_parts(std::vector<PartlyShown>{{"b", 0.2}, {"c", 0.2}, {"d", 0.2}});
  EXPECT_LT(policy_.added_cost_of_parts(added, std::nullopt), alone) << "it is asked for the others anyway";
}

TEST_F(PartlyShownPolicy, leaves_a_flood_to_its_own_feed) {
  policy_.add("flood", {}, {}, kStart);
  for (int hour = 0; hour < 100; ++hour) poll("flood", hour * 1h);
  std::vector<PartlyShown> parts;
  for (const char* name : {"a", "b", "c", "d", "flood"}) parts.push_back({name, 0.15});
  const PartsPlan plan = policy_.plan_parts(parts, std::nullopt, 1);
  ASSERT_EQ(plan.feeds.size(), 4u);
  EXPECT_EQ(plan.feeds.back().feed, "d");
  EXPECT_LT(plan.cost, 1);
}

TEST_F(PartlyShownPolicy, forecasts_all_of_a_feed) {
  WaitingCostPolicy whole("whole", {.freshness = 300s, .window = {}},
                          [](std::string_view) { return std::make_unique<ConstantModel>(kRate, kRate); });
  whole.add("a", {}, {}, kStart);
  std::vector<core::EventTime> hourly;
  for (int i = 20; i > 0; --i) hourly.push_back(core::to_event_time(kStart) - i * 1h);
  show(0.4);
  PollObservation poll{.at = kStart + 1h, .arrivals = hourly, .first_contact = true};
  for (WaitingCostPolicy* policy : {&policy_, &whole}) policy->observe("a", poll);
  poll = {.at = kStart + 3h, .previous = kStart + 1h};
  whole.observe("a", poll);
  receive("a", 3h);
  const auto all = policy_.forecast("a", kStart + 3h, 24);
  const auto expected = whole.forecast("a", kStart + 3h, 24);
  ASSERT_TRUE(all && expected);
  for (std::size_t i = 0; i < all->size(); ++i) EXPECT_NEAR((*all)[i].expected, (*expected)[i].expected, 1e-6);
}

TEST_F(PartlyShownPolicy, that_is_shown_no_more_is_as_it_was) {
  const double before = own_after("a", 0s);
  show(0.3);
  policy_.show_parts({});
  EXPECT_NEAR(own_after("a", 0s), before, 1);
  EXPECT_EQ(policy_.next_shown(kStart + 5s), kStart + 5s);
}

}  // namespace
}  // namespace repopulse::polling
