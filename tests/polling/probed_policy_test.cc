// What WaitingCostPolicy makes of change probes, with models whose rates the test knows.
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
constexpr double kShare = 0.005;  // that no probe tells of, before anything is known

class ProbedPolicy : public testing::Test {
 protected:
  // All of them were polled at kStart.
  void add(const std::string& name, double rate, double silent_share = 1) {
    rates_[name] = rate;
    silent_shares_[name] = silent_share;
    policy_.add(name, {}, {}, kStart);
    poll(name, 0s);
  }
  void poll(const std::string& name, Millis after, std::size_t arrivals = 0, std::size_t unannounced = 0) {
    const std::vector<core::EventTime> times(arrivals, core::to_event_time(kStart + after - 1s));
    PollObservation poll;
    poll.at = kStart + after;
    if (after > 0s) poll.previous = kStart;
    poll.arrivals = times;
    poll.unannounced = unannounced;
    policy_.observe(name, poll);
  }
  double probe(const std::string& name, Millis after, bool news) {
    return policy_.observe_probe(name, {kStart + after, news});
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& [name, rate] : rates_) names.push_back(name);
    return names;
  }
  double sum() const {
    double sum = 0;
    for (const auto& [name, rate] : rates_) sum += rate;
    return sum;
  }
  // Where one probe informs of all feeds.
  double price() const {
    const double polls = std::sqrt(1.5 * sum()) / sum() / kGoal;
    return polls * polls / 2;
  }
  static double seconds(Timestamp at) { return std::chrono::duration<double>(at - kStart).count(); }

  std::map<std::string, double> rates_;
  std::map<std::string, double> silent_shares_;
  WaitingCostPolicy policy_{"test", {.freshness = 300s, .window = {}}, [this](std::string_view feed) {
                              const double rate = rates_.at(std::string(feed));
                              const double share = silent_shares_.at(std::string(feed));
                              return std::make_unique<ConstantModel>(rate, share * rate);
                            }};
};

TEST_F(ProbedPolicy, the_next_probe_is_due_when_the_rule_says) {
  for (const char* name : {"a", "b", "c", "d"}) add(name, 2e-5);
  policy_.probe_together("probes/1", names());
  const double due = std::sqrt(3 / (sum() * (1 - kShare) * price()));
  EXPECT_NEAR(seconds(policy_.next_probe("probes/1", kStart)), due, 0.02 * due);
  for (const std::string& name : names()) probe(name, 1h, false);
  EXPECT_NEAR(seconds(policy_.next_probe("probes/1", kStart + 1h)), 3'600 + due, 0.02 * due);
}

TEST_F(ProbedPolicy, the_next_probe_moves_with_the_rates) {
  for (const char* name : {"a", "b", "c", "d"}) add(name, 2e-5);
  add("e", 2e-3);
  policy_.probe_together("probes/1", std::vector<std::string>{"a", "b", "c", "d"});
  const Timestamp quiet = policy_.next_probe("probes/1", kStart);
  policy_.probe_together("probes/1", names());
  EXPECT_LT(policy_.next_probe("probes/1", kStart), quiet);
}

TEST_F(ProbedPolicy, no_probe_is_due_before_now_and_an_unknown_one_at_once) {
  add("a", 1e-5);
  add("b", 1e-5);
  policy_.probe_together("probes/1", names());
  EXPECT_EQ(policy_.next_probe("probes/1", kStart + 24h * 30), kStart + 24h * 30);
  EXPECT_EQ(policy_.next_probe("probes/2", kStart + 5s), kStart + 5s);
}

TEST_F(ProbedPolicy, tells_how_many_events_a_probe_could_have_told_of) {
  add("a", 1e-3);
  EXPECT_NEAR(probe("a", 1000s, false), 1 - kShare, 1e-6);
  EXPECT_NEAR(probe("a", 3000s, true), 2 * (1 - kShare), 1e-6) << "since what was told last";
  EXPECT_EQ(probe("a", 3000s, false), 0);
  EXPECT_EQ(probe("a", 2000s, true), 0) << "it is older than what is known";
  EXPECT_EQ(policy_.observe_probe("unknown", {kStart + 1h, true}), 0);
}

TEST_F(ProbedPolicy, no_news_puts_a_feed_off_as_a_poll_without_events_does) {
  add("a", 1e-4);
  add("b", 1e-4);
  const Millis usual = policy_.next("a", kStart) - kStart;
  probe("a", 30min, false);
  const double due = std::chrono::duration<double>(policy_.next("a", kStart + 30min) - (kStart + 30min)).count();
  EXPECT_NEAR(due, std::chrono::duration<double>(usual).count(), 0.05 * due);
}

// Of a feed that a probe does not inform: when it has news, it is polled sooner.
TEST_F(ProbedPolicy, news_makes_a_feed_due_sooner_until_it_is_read) {
  add("a", 1e-5);
  add("b", 1e-5);
  const Timestamp usual = policy_.next("a", kStart);
  probe("a", 1min, true);
  const Timestamp news = policy_.next("a", kStart + 1min);
  EXPECT_LT(news - kStart, (usual - kStart) / 2);
  poll("a", 2min, 1);
  EXPECT_GT(policy_.next("a", kStart + 2min) - kStart, (usual - kStart) * 9 / 10);
}

// Where arrivals bring others, news says that more is to be expected, as much as an event on average does.
TEST_F(ProbedPolicy, news_raises_what_is_expected_of_a_feed_whose_arrivals_bring_others) {
  add("calm", 1e-5, 1);
  add("bursty", 1e-5, 0.2);
  add("c", 1e-5);
  for (const char* name : {"calm", "bursty"}) {
    const double before = probe(name, 10s, false);
    EXPECT_NEAR(before, 10 * 1e-5 * (1 - kShare), 1e-7);
    probe(name, 1h, true);
  }
  EXPECT_NEAR(probe("calm", 2h, false), 3'600 * 1e-5, 1e-3);
  EXPECT_GT(probe("bursty", 2h, false), 10 * 3'600 * 1e-5);
}

TEST_F(ProbedPolicy, a_feed_with_many_events_that_no_probe_tells_of_is_polled_by_itself_and_tried_again_after_weeks) {
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) add(name, 2e-5);
  ASSERT_TRUE(policy_.plan_probe(names(), 0ms, kStart)->direct.empty());
  const Timestamp before = policy_.next_unannounced("a", kStart);
  probe("a", 1h, true);
  poll("a", 2h, 20, 15);
  const auto plan = policy_.plan_probe(names(), 0ms, kStart + 2h);
  EXPECT_EQ(plan->direct, (std::vector<std::string>{"a"}));
  EXPECT_LT(policy_.next_unannounced("a", kStart + 2h) - (kStart + 2h), (before - kStart) / 2);
  for (int day = 1; day <= 30; ++day) (void)policy_.plan_probe(names(), 0ms, kStart + day * 24h);
  EXPECT_TRUE(policy_.plan_probe(names(), 0ms, kStart + 31 * 24h)->direct.empty());
}

TEST_F(ProbedPolicy, events_before_a_probe_has_told_of_the_feed_say_nothing_of_what_it_tells) {
  for (const char* name : {"a", "b", "c", "d"}) add(name, 2e-5);
  poll("a", 2h, 20, 20);
  EXPECT_TRUE(policy_.plan_probe(names(), 0ms, kStart + 2h)->direct.empty());
}

TEST_F(ProbedPolicy, a_feed_is_read_for_events_that_no_probe_tells_of_when_the_rule_says) {
  for (const char* name : {"a", "b", "c", "d"}) add(name, 2e-4);
  policy_.probe_together("probes/1", names());
  // (share × λ × t)² = 20 × share × λ / price.
  const double due = std::sqrt(20 / (kShare * 2e-4 * price()));
  const Timestamp unasked = policy_.next_unannounced("a", kStart);
  EXPECT_NEAR(seconds(unasked), std::min(due, 7 * 86'400.0), 0.03 * due);
  probe("a", 1h, false);
  EXPECT_NEAR(seconds(policy_.next_unannounced("a", kStart + 1h)), seconds(unasked), 0.03 * due)
      << "a probe without news says nothing of them";
}

TEST_F(ProbedPolicy, a_probe_of_one_feed_is_not_wanted_and_one_of_many_quiet_feeds_is_cheap) {
  add("a", 1e-5);
  EXPECT_FALSE(policy_.plan_probe(names(), 0ms, kStart));
  for (const char* name : {"b", "c", "d", "e", "f", "g", "h"}) add(name, 1e-5);
  EXPECT_LT(policy_.plan_probe(names(), 0ms, kStart)->cost, 0.7);
}

TEST_F(ProbedPolicy, when_a_probe_ends_feeds_are_due_as_they_were) {
  for (const char* name : {"a", "b", "c", "d"}) add(name, 2e-5);
  const Timestamp alone = policy_.next("a", kStart);
  policy_.probe_together("probes/1", names());
  EXPECT_GT(policy_.next("a", kStart), alone) << "all together cost less, so that waiting is worth less";
  policy_.probe_together("probes/1", {});
  EXPECT_EQ(policy_.next("a", kStart), alone);
  policy_.remove("a");
  policy_.probe_together("probes/1", std::vector<std::string>{"b", "c"});
  EXPECT_GT(policy_.next_probe("probes/1", kStart), kStart);
}

TEST_F(ProbedPolicy, what_a_feed_does_not_show_yet_is_looked_for_again_later_and_later) {
  add("a", 1e-5);
  Millis before = 0ms;
  for (const Millis age : {Millis(10s), Millis(1min), Millis(10min), Millis(1h), Millis(6h)}) {
    const Millis after = policy_.look_again_after(age, 0.5);
    EXPECT_GT(after, before);
    EXPECT_GE(policy_.look_again_after(age, 0.1), after) << "the less likely, the later";
    EXPECT_LE(policy_.look_again_after(age, 0), 24h);
    before = after;
  }
}

}  // namespace
}  // namespace repopulse::polling
