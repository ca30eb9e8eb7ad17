// Hints of all events in the backtest: what they save.
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "backtest/replay.h"
#include "tests/backtest/traces.h"

namespace repopulse::backtest {
namespace {

using namespace std::chrono_literals;

std::vector<Trace> portfolio() {
  std::vector<Trace> traces = quiet_traces(4);
  traces.push_back(trace_of_people("p/busy", 80, 24, 50));
  return traces;
}

class HintsReplay : public testing::TestWithParam<std::string_view> {};

// A model whose forecast does not change with a hint knows not when to wait for more events. Where feeds show events
// late, that costs reads in vain.
double most_requests(std::string_view policy, core::Millis latency) {
  if (policy == "adaptive") return 0.6;
  return latency > 0s ? 1.02 : 0.8;
}

TEST_P(HintsReplay, needs_fewer_requests_and_loses_nothing) {
  for (const double lost : {0.0, 0.1}) {
    for (const auto latency : {0s, 60s}) {
      ReplaySettings settings;
      settings.github.latency = latency;
      const auto without = *replay(portfolio(), GetParam(), 30min, settings);
      settings.hints = true;
      settings.hints_lost = lost;
      const auto with = *replay(portfolio(), GetParam(), 30min, settings);
      const double most = most_requests(GetParam(), latency) * static_cast<double>(without.requests);
      EXPECT_LT(static_cast<double>(with.requests), most) << latency / 1s;
      EXPECT_EQ(with.events, without.events);
      EXPECT_EQ(with.lost, 0u);
      EXPECT_LT(with.staleness_mean, 1.3 * 1'800) << "latency " << latency / 1s << ", lost " << lost;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, HintsReplay, testing::Values("adaptive", "kalman", "sarima"),
                         [](const auto& policy) { return std::string(policy.param); });

TEST(HintsReplay, of_a_flooded_repository_loses_nothing_though_half_the_hints_are_lost) {
  std::vector<Trace> traces = portfolio();
  traces.push_back(trace_of_people("q/flood", 3'000, 24, 51));
  ReplaySettings settings;
  settings.hints = true;
  settings.hints_lost = 0.5;
  EXPECT_EQ(replay(traces, "adaptive", 5min, settings)->lost, 0u);
}

}  // namespace
}  // namespace repopulse::backtest
