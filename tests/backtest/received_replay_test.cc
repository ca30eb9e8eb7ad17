// An account that watches all repositories, in the backtest: what it saves.
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "backtest/replay.h"
#include "tests/backtest/traces.h"

namespace repopulse::backtest {
namespace {

using namespace std::chrono_literals;

std::vector<Trace> portfolio() {
  std::vector<Trace> traces = quiet_traces(8);
  traces.push_back(trace_of_people("p/busy", 80, 24, 50));
  return traces;
}

class ReceivedReplay : public testing::TestWithParam<std::string_view> {};

TEST_P(ReceivedReplay, needs_fewer_requests_and_loses_nothing) {
  for (const auto latency : {0s, 60s}) {
    ReplaySettings settings;
    settings.github.latency = latency;
    const auto without = *replay(portfolio(), GetParam(), 5min, settings);
    settings.received = true;
    const auto with = *replay(portfolio(), GetParam(), 5min, settings);
    EXPECT_GT(with.received, 100u);
    EXPECT_LT(static_cast<double>(with.requests), 0.85 * static_cast<double>(without.requests));
    EXPECT_EQ(with.events, without.events);
    EXPECT_EQ(with.lost, 0u);
    EXPECT_LT(with.staleness_mean, 1.3 * 300) << without.staleness_mean << ", latency " << latency / 1s;
  }
}

// Of these few repositories, a fifth of the events are hidden: probes alone need about as many requests.
TEST_P(ReceivedReplay, beside_probes_loses_nothing) {
  for (const auto latency : {0s, 60s}) {
    ReplaySettings settings;
    settings.github.latency = latency;
    settings.change_probes = true;
    const auto without = *replay(portfolio(), GetParam(), 30min, settings);
    settings.received = true;
    const auto with = *replay(portfolio(), GetParam(), 30min, settings);
    EXPECT_LT(static_cast<double>(with.requests), 1.1 * static_cast<double>(without.requests));
    EXPECT_EQ(with.events, without.events);
    EXPECT_EQ(with.lost, 0u);
    EXPECT_LT(with.staleness_mean, 1.3 * 1'800);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ReceivedReplay, testing::Values("adaptive", "kalman", "sarima"),
                         [](const auto& policy) { return std::string(policy.param); });

TEST(ReceivedReplay, of_an_account_that_is_flooded_loses_nothing) {
  std::vector<Trace> traces = portfolio();
  traces.push_back(trace_of_people("q/flood", 1'500, 24, 51));
  ReplaySettings settings;
  const auto without = *replay(traces, "adaptive", 5min, settings);
  settings.received = true;
  const auto with = *replay(traces, "adaptive", 5min, settings);
  EXPECT_LT(static_cast<double>(with.requests), 1.03 * static_cast<double>(without.requests));
  EXPECT_EQ(with.events, without.events);
  EXPECT_EQ(with.lost, 0u);
}

TEST(ReceivedReplay, changes_nothing_for_policies_without_a_model) {
  for (const char* policy : {"mean", "fixed"}) {
    ReplaySettings settings;
    const auto without = *replay(portfolio(), policy, 5min, settings);
    settings.received = true;
    const auto with = *replay(portfolio(), policy, 5min, settings);
    EXPECT_EQ(with.staleness_mean, without.staleness_mean) << policy;
    EXPECT_LE(with.requests, without.requests + 40) << policy << ": it is looked at now and then";
    EXPECT_EQ(with.lost, 0u);
  }
}

}  // namespace
}  // namespace repopulse::backtest
