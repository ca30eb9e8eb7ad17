#include "backtest/replay.h"

#include <gtest/gtest.h>

#include "backtest/clairvoyant.h"
#include "backtest/frontier.h"
#include "polling/policy.h"
#include "tests/backtest/traces.h"

namespace repopulse::backtest {
namespace {

using namespace std::chrono_literals;

std::vector<Trace> portfolio() {
  return {random_trace("o/busy", 60, 24, 1), random_trace("o/middling", 10, 24, 2), random_trace("p/quiet", 1, 24, 3)};
}

TEST(Replay, fixed_intervals_make_events_wait_half_an_interval) {
  const auto run = *replay(portfolio(), "fixed", 10min, {});
  EXPECT_NEAR(run.staleness_mean, 600, 40);
  EXPECT_NEAR(static_cast<double>(run.requests), 3 * 16 * 86'400 / 1200.0, 60);
  EXPECT_EQ(run.lost, 0u);
}

TEST(Replay, counts_nothing_of_the_warm_up) {
  ReplaySettings whole;
  whole.warm_up = 0s;
  const auto counted = *replay(portfolio(), "fixed", 10min, {});
  const auto all = *replay(portfolio(), "fixed", 10min, whole);
  EXPECT_NEAR(static_cast<double>(counted.requests) / static_cast<double>(all.requests), 16.0 / 24, 0.02);
  EXPECT_LT(counted.events, all.events);
}

TEST(Replay, judges_forecasts_from_the_second_hour_on) {
  for (const std::string_view policy : {"kalman", "sarima", "adaptive"}) {
    const auto run = *replay(portfolio(), policy, 10min, {});
    for (std::size_t age = 0; age < kKnownFor.size(); ++age) {
      SCOPED_TRACE(std::string(policy) + ", class " + std::to_string(age));
      const ForecastRecord& record = run.forecasts_by_age[age];
      EXPECT_GE(record.hours, 7 * 24u) << "of the busy one alone, at the least";
      EXPECT_LE(record.held, record.hours);
      EXPECT_LE(record.busy_held, record.busy_hours);
      EXPECT_GT(static_cast<double>(record.held) / static_cast<double>(record.hours), 0.85);
      EXPECT_GT(record.expected / record.came, 0.5);
      EXPECT_LT(record.expected / record.came, 1.5);
    }
  }
  const auto mean = *replay(portfolio(), "mean", 10min, {});
  EXPECT_EQ(mean.forecasts_by_age[0].hours, 0u);
}

TEST(Replay, judges_forecasts_of_what_a_feed_shows_first_by_when_that_happened) {
  ReplaySettings settings;
  settings.before = 5 * 24h;
  const std::vector<Trace> traces = {random_trace("o/r", 10, 24, 7)};  // shows all of the five days
  const auto run = *replay(traces, "adaptive", 10min, settings);
  EXPECT_EQ(run.forecasts_by_age[0].hours, 0u);
  EXPECT_EQ(run.forecasts_by_age[1].hours, 0u);
  EXPECT_GT(run.forecasts_by_age[2].hours, 0u);
  EXPECT_GT(run.forecasts_by_age[3].hours, 0u);
  EXPECT_EQ(run.lost, 0u);
}

TEST(Replay, is_the_same_with_the_same_seed) {
  ReplaySettings settings;
  settings.github.latency = 2min;
  const auto one = *replay(portfolio(), "adaptive", 10min, settings);
  const auto two = *replay(portfolio(), "adaptive", 10min, settings);
  EXPECT_EQ(one.requests, two.requests);
  EXPECT_EQ(one.staleness_mean, two.staleness_mean);
}

// Feeds by `created_at`: an event that is visible late may stand behind known ones.
class LateEvents : public testing::TestWithParam<std::tuple<double, std::chrono::minutes>> {
 protected:
  static backtest::Run replay_late(bool deep_looks) {
    const auto [per_hour, latency] = GetParam();
    const std::vector<Trace> traces = {random_trace("o/busy", per_hour * 24 / 2.5, 4, 5)};
    ReplaySettings settings;
    settings.warm_up = 24h;
    settings.github.latency = latency;
    settings.github.order = FeedOrder::kCreated;
    settings.deep_looks = deep_looks;
    return *replay(traces, "adaptive", 5min, settings);
  }
};

TEST_P(LateEvents, are_found_unless_they_are_shown_for_minutes_alone) {
  const auto without = replay_late(false);
  const auto with = replay_late(true);
  EXPECT_LE(with.lost - with.lost_briefly_shown, 2 + with.events / 5'000);
  EXPECT_LE(with.lost_shown_longest, 300);
  EXPECT_LE(with.lost, 2 + without.lost / 20);
  EXPECT_LE(with.requests, 5 * 24 * 60 * 3u) << "a look a minute at most";
}

INSTANTIATE_TEST_SUITE_P(RatesAndLatencies, LateEvents,
                         testing::Combine(testing::Values(20.0, 100.0, 400.0, 2000.0),
                                          testing::Values(1min, 5min, 30min, 120min, 360min)));

TEST(Replay, pays_a_hundredth_for_looks_where_no_events_come_late) {
  const std::vector<Trace> traces = {random_trace("o/a", 200, 24, 5), random_trace("o/b", 2'000, 24, 6)};
  for (const bool authenticated : {true, false}) {
    ReplaySettings settings;
    settings.github.latency = 5min;
    settings.github.authenticated = authenticated;
    const auto with = *replay(traces, "adaptive", 5min, settings);
    settings.deep_looks = false;
    const auto without = *replay(traces, "adaptive", 5min, settings);
    EXPECT_LE(static_cast<double>(with.requests), 1.01 * static_cast<double>(without.requests));
    EXPECT_EQ(with.lost, without.lost);
  }
}

TEST(Replay, refuses_an_unknown_policy_and_traces_without_counted_events) {
  EXPECT_FALSE(replay(portfolio(), "psychic", 10min, {}));
  const std::vector<Trace> nothing = {Trace{*core::RepoName::parse("o/r"), {}}};
  const auto run = replay(nothing, "mean", 10min, {});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().kind, core::ErrorKind::kBadInput);
}

TEST(Replay, reads_what_came_last_to_its_end) {
  Trace trace{*core::RepoName::parse("o/r"), {}};
  const core::EventTime begin = core::event_time_from_unix(kTraceStart);
  trace.events.push_back({begin, "PushEvent"});
  for (int i = 0; i < 150; ++i) trace.events.push_back({begin + 9 * 24h + i * 2s, "PushEvent"});
  const std::vector<Trace> traces = {trace};
  for (const std::string_view policy : {"fixed", "mean", "adaptive"}) {
    const auto run = *replay(traces, policy, 1h, {});
    EXPECT_EQ(run.events, 150u);
    EXPECT_EQ(run.lost, 0u) << policy;
  }
}

// Of the events of the last half hour most are not visible yet, so the times of creation tell half of the rate.
TEST(Replay, loses_nothing_of_a_busy_repository_whose_events_all_become_visible_late) {
  const Trace trace = random_trace("o/r", 2000 * 24 / 2.5, 3, 4);
  ReplaySettings settings;
  settings.warm_up = 24h;
  settings.github.latency = 30min;
  for (const char* policy : {"mean", "adaptive"}) {
    EXPECT_EQ(replay({&trace, 1}, policy, 5min, settings).value().lost, 0U) << policy;
  }
}

TEST(Replay, loses_nothing_of_a_repository_that_fills_its_feed_in_five_minutes) {
  const std::vector<Trace> traces = {random_trace("o/torrent", 24 * 3'600, 3, 5)};
  ReplaySettings settings;
  settings.warm_up = 24h;
  for (const std::string_view policy : {"fixed", "kalman", "adaptive"}) {
    EXPECT_EQ(replay(traces, policy, 15min, settings)->lost, 0u) << policy;
  }
}

// Every policy, without and with latency and late arrivals.
class EveryPolicy : public testing::TestWithParam<std::tuple<std::string_view, int>> {};

TEST_P(EveryPolicy, loses_nothing) {
  const auto [policy, latency] = GetParam();
  ReplaySettings settings;
  settings.github.latency = std::chrono::seconds(latency);
  auto traces = portfolio();
  traces.push_back(random_trace("o/flood", 1500, 24, 9));
  const auto run = *replay(traces, policy, 1h, settings);
  EXPECT_GT(run.events, 1000u);
  EXPECT_EQ(run.lost, 0u);
}

INSTANTIATE_TEST_SUITE_P(Policies, EveryPolicy,
                         testing::Combine(testing::Values("mean", "kalman", "sarima", "adaptive"),
                                          testing::Values(0, 30, 3600)));

class SteeredPolicy : public testing::TestWithParam<std::string_view> {};

TEST_P(SteeredPolicy, makes_events_wait_as_long_as_was_asked_for) {
  for (const auto freshness : {5min, 30min}) {
    const auto run = *replay(portfolio(), GetParam(), freshness, {});
    EXPECT_NEAR(run.staleness_mean / std::chrono::duration<double>(freshness).count(), 1, 0.2);
  }
}

INSTANTIATE_TEST_SUITE_P(Policies, SteeredPolicy, testing::Values("kalman", "adaptive"));

TEST(Replay, works_with_sixty_requests_an_hour) {
  ReplaySettings settings;
  settings.github.authenticated = false;
  const auto run = *replay(portfolio(), "adaptive", 2min, settings);
  EXPECT_EQ(run.lost, 0u);
  EXPECT_EQ(run.quota_spent, run.requests);  // each 304 counts
  EXPECT_LE(run.requests, 60u * 24 * 17);
}

TEST(Frontier, puts_policies_between_the_baseline_and_the_bound) {
  const auto traces = portfolio();
  const auto mean = *replay(traces, "mean", 5min, {});
  const double adaptive = *requests_at(traces, "adaptive", mean.staleness_mean, {});
  const double bound = *requests_at(traces, "clairvoyant", mean.staleness_mean, {});
  EXPECT_LT(adaptive, 0.85 * static_cast<double>(mean.requests));
  EXPECT_LT(bound, adaptive);
  EXPECT_EQ(*requests_at(traces, "mean", mean.staleness_mean, {}), static_cast<double>(mean.requests));
}

}  // namespace
}  // namespace repopulse::backtest
