// The service tells what other ways of polling would have cost without replaying anything. What it says is what a
// replay of the same events says.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "backtest/replay.h"
#include "core/feed_name.h"
#include "polling/fixed_interval.h"
#include "polling/imagined_polls.h"
#include "polling/policy_table.h"
#include "tests/backtest/traces.h"

namespace repopulse::backtest {
namespace {

using namespace std::chrono_literals;

class Alternatives : public testing::Test {
 protected:
  Alternatives() { settings_.deep_looks = false; }

  static std::vector<core::EventTime> times_of(const Trace& trace) {
    std::vector<core::EventTime> times;
    for (const TraceEvent& event : trace.events) times.push_back(event.at);
    return times;
  }
  static void expect_about(double told, double replayed, double share, const std::string& what) {
    EXPECT_NEAR(told / replayed, 1, share) << what << ": " << told << " told, " << replayed << " in the replay";
  }

  const std::vector<Trace> traces_ = {random_trace("o/busy", 60, 40, 1), random_trace("o/middling", 10, 40, 2),
                                      random_trace("p/quiet", 1, 40, 3)};
  ReplaySettings settings_;
  const Period period_ = period_of(SimulatedGitHub(traces_, settings_.github), settings_);
};

TEST_F(Alternatives, a_fixed_interval_costs_what_a_replay_of_it_costs) {
  for (const auto interval : {4min, 20min, 120min}) {
    const auto run = *replay(traces_, "fixed", interval / 2, settings_);
    polling::FixedIntervalCost cost;
    for (const Trace& trace : traces_) {
      cost += polling::fixed_interval_cost(times_of(trace), period_.counted_from, period_.end, interval);
    }
    const std::string what = std::to_string(interval.count()) + " min";
    expect_about(cost.requests, static_cast<double>(run.requests), 0.01, what + ", requests");
    expect_about(cost.with_news, static_cast<double>(run.quota_spent), 0.03, what + ", quota");
    expect_about(std::chrono::duration<double>(interval).count() / 2, run.staleness_mean, 0.05, what + ", staleness");
  }
}

TEST_F(Alternatives, the_baseline_costs_what_a_replay_of_it_costs) {
  const auto run = *replay(traces_, polling::kBaselinePolicy, 5min, settings_);
  polling::ImaginedPolls polls(*polling::make_policy(polling::kBaselinePolicy, {}));
  double requests = 0;
  double with_news = 0;
  double events = 0;
  double waited = 0;
  for (const Trace& trace : traces_) {
    const std::string feed = core::repository_feed(trace.name);
    polls.add(feed, {}, period_.begin);
    for (const core::EventTime at : times_of(trace)) polls.hear(feed, at);
    for (const auto& poll : polls.advance(feed, period_.end)) {
      if (poll.at < period_.counted_from) continue;
      ++requests;
      with_news += poll.events > 0 ? 1 : 0;
      events += static_cast<double>(poll.events);
      waited += std::chrono::duration<double>(poll.waited).count();
    }
  }
  expect_about(requests, static_cast<double>(run.requests), 0.02, "requests");
  expect_about(with_news, static_cast<double>(run.quota_spent), 0.02, "quota");
  expect_about(waited / events, run.staleness_mean, 0.05, "staleness");
}

}  // namespace
}  // namespace repopulse::backtest
