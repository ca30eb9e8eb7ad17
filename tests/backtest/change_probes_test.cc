// Change probes in the backtest: what they save where they tell the truth, and what they cost at most where they lie.
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "backtest/replay.h"
#include "tests/backtest/traces.h"

namespace repopulse::backtest {
namespace {

using namespace std::chrono_literals;

// Twelve quiet repositories, a busy one, and one that fills its feed in hours.
std::vector<Trace> portfolio() {
  std::vector<Trace> traces = quiet_traces(12);
  traces.push_back(trace_of_people("p/busy", 80, 24, 50));
  traces.push_back(trace_of_people("q/flood", 1'500, 24, 51));
  return traces;
}

std::vector<Trace> quiet_ones_and_a_busy_one() {
  std::vector<Trace> traces = portfolio();
  traces.pop_back();
  return traces;
}

ReplaySettings with_probes(ProbeFault fault = ProbeFault::kNone, core::Millis after = 0s) {
  ReplaySettings settings;
  settings.change_probes = true;
  settings.github.probe_fault = fault;
  settings.github.probe_fault_after = after;
  return settings;
}

double relative(const Run& run, const Run& to) {
  return static_cast<double>(run.requests) / static_cast<double>(to.requests);
}

class ModelPolicy : public testing::TestWithParam<std::string_view> {};

TEST_P(ModelPolicy, needs_far_fewer_requests_for_many_quiet_repositories_with_probes) {
  for (const auto latency : {0s, 60s}) {
    ReplaySettings settings;
    settings.github.latency = latency;
    const auto without = *replay(quiet_traces(12), GetParam(), 5min, settings);
    settings.change_probes = true;
    const auto with = *replay(quiet_traces(12), GetParam(), 5min, settings);
    EXPECT_LT(relative(with, without), latency == 0s ? 0.4 : 0.8);
    EXPECT_GT(with.probes, 100u);
    EXPECT_LT(with.probes, with.requests);
    EXPECT_EQ(with.events, without.events);
    EXPECT_EQ(with.lost, 0u);
    // Until it is known how many events no probe tells of, these wait for hours.
    EXPECT_LT(with.staleness_mean, 1.7 * 300) << without.staleness_mean << ", latency " << latency / 1s;
    EXPECT_LT(with.staleness_p95, 1'200);
  }
}

TEST_P(ModelPolicy, polls_one_repository_as_without_probes) {
  const std::vector<Trace> traces = {portfolio().front()};
  const auto without = *replay(traces, GetParam(), 5min, {});
  const auto with = *replay(traces, GetParam(), 5min, with_probes());
  EXPECT_EQ(with.probes, 0u);
  EXPECT_EQ(with.requests, without.requests);
  EXPECT_EQ(with.staleness_mean, without.staleness_mean);
}

TEST_P(ModelPolicy, polls_as_without_probes_where_they_are_refused) {
  const auto without = *replay(portfolio(), GetParam(), 5min, {});
  const auto with = *replay(portfolio(), GetParam(), 5min, with_probes(ProbeFault::kRefused));
  EXPECT_EQ(with.requests - with.probes, without.requests);
  EXPECT_EQ(with.staleness_mean, without.staleness_mean);
  EXPECT_EQ(with.staleness_max, without.staleness_max);
  EXPECT_LE(with.probes, 5u);
}

INSTANTIATE_TEST_SUITE_P(Policies, ModelPolicy, testing::Values("kalman", "sarima", "adaptive"));

TEST(ChangeProbes, change_nothing_for_a_policy_without_a_model) {
  const auto without = *replay(portfolio(), "mean", 5min, {});
  const auto with = *replay(portfolio(), "mean", 5min, with_probes());
  EXPECT_EQ(with.probes, 0u);
  EXPECT_EQ(with.requests, without.requests);
}

TEST(ChangeProbes, cost_at_most_a_little_where_they_gain_nothing) {
  std::vector<Trace> busy;
  for (unsigned i = 0; i < 3; ++i) busy.push_back(trace_of_people("o/busy" + std::to_string(i), 800, 16, 60 + i));
  const auto without = *replay(busy, "adaptive", 5min, {});
  const auto with = *replay(busy, "adaptive", 5min, with_probes());
  EXPECT_LE(relative(with, without), 1.02);
  EXPECT_EQ(with.lost, 0u);
}

// A probe that lies costs requests or freshness within bounds, never an event.
class LyingProbe : public testing::TestWithParam<std::tuple<std::string_view, ProbeFault, int>> {};

TEST_P(LyingProbe, costs_requests_and_freshness_within_bounds_and_no_event) {
  const auto [policy, fault, days] = GetParam();
  const auto without = *replay(portfolio(), policy, 5min, {});
  const auto with = *replay(portfolio(), policy, 5min, with_probes(fault, std::chrono::days(days)));
  EXPECT_EQ(with.events, without.events);
  EXPECT_EQ(with.lost, without.lost);
  EXPECT_LE(relative(with, without), 1.3);
  EXPECT_LE(with.staleness_mean, 2 * 300);
}

TEST_P(LyingProbe, does_so_where_the_feeds_lag_behind) {
  const auto [policy, fault, days] = GetParam();
  ReplaySettings settings;
  settings.github.latency = 2min;
  settings.github.order = FeedOrder::kCreated;
  const std::vector<Trace> traces = quiet_ones_and_a_busy_one();
  const auto without = *replay(traces, policy, 5min, settings);
  settings = with_probes(fault, std::chrono::days(days));
  settings.github.latency = 2min;
  settings.github.order = FeedOrder::kCreated;
  const auto with = *replay(traces, policy, 5min, settings);
  EXPECT_NEAR(static_cast<double>(with.events), static_cast<double>(without.events), 3) << "those of the last minutes";
  EXPECT_LE(with.lost, without.lost);
  EXPECT_LE(relative(with, without), 1.7) << with.staleness_mean << " and without " << without.staleness_mean;
  EXPECT_LE(with.staleness_mean, 2.5 * 300);
}

INSTANTIATE_TEST_SUITE_P(Faults, LyingProbe,
                         testing::Combine(testing::Values("kalman", "adaptive"),
                                          testing::Values(ProbeFault::kStuck, ProbeFault::kAlwaysNew,
                                                          ProbeFault::kWrongId, ProbeFault::kRefused),
                                          testing::Values(0, 12)));

TEST(ChangeProbes, that_get_stuck_lose_nothing_of_a_repository_that_wakes_up_with_a_flood) {
  std::vector<Trace> traces = quiet_traces(12);
  Trace& sleeper = traces.front();
  const core::EventTime wakes = core::event_time_from_unix(kTraceStart) + std::chrono::days(18);
  std::erase_if(sleeper.events, [&](const TraceEvent& event) { return event.at > wakes - std::chrono::days(6); });
  for (int i = 0; i < 280; ++i) sleeper.events.push_back({wakes + i * 20s, "PushEvent"});
  for (const ProbeFault fault : {ProbeFault::kNone, ProbeFault::kStuck}) {
    const auto run = *replay(traces, "adaptive", 5min, with_probes(fault, std::chrono::days(12)));
    EXPECT_EQ(run.lost, 0u);
    EXPECT_LE(run.staleness_max, 15 * 86'400);
  }
}

}  // namespace
}  // namespace repopulse::backtest
