#include "backtest/clairvoyant.h"

#include <gtest/gtest.h>

#include <bit>

#include "tests/backtest/traces.h"

namespace repopulse::backtest {
namespace {

using namespace std::chrono_literals;

Trace trace_at(const std::vector<int>& seconds) {
  Trace trace{*core::RepoName::parse("o/r"), {}};
  for (const int at : seconds) trace.events.push_back({core::event_time_from_unix(kTraceStart + at), "PushEvent"});
  return trace;
}

ReplaySettings everything_counts() {
  ReplaySettings settings;
  settings.warm_up = 0s;
  return settings;
}

// All schedules of polls at events, or a floor after the poll before, tried one by one: the least mean staleness that
// so many polls can reach.
double least_staleness(const std::vector<int>& events, std::size_t polls, std::size_t first = 0, int last = -1000) {
  if (first == events.size()) return 0;
  if (polls == 0) return 1e18;
  double best = 1e18;
  std::vector<int> times = {last + 60};
  times.insert(times.end(), events.begin() + static_cast<std::ptrdiff_t>(first), events.end());
  for (const int at : times) {
    if (at < last + 60 || at < events[first]) continue;
    double waited = 0;
    std::size_t next = first;
    for (; next < events.size() && events[next] <= at; ++next) waited += at - events[next];
    best = std::min(best, waited + least_staleness(events, polls - 1, next, at));
  }
  return best;
}

TEST(Clairvoyant, needs_one_poll_an_event_where_nothing_may_wait) {
  const std::vector<Trace> traces = {trace_at({0, 1000, 5000, 5000, 9000})};
  EXPECT_EQ(clairvoyant(traces, 0.0, everything_counts()).requests, 4u);  // two came at once
}

TEST(Clairvoyant, is_what_trying_all_schedules_finds) {
  const std::vector<int> events = {0, 30, 50, 400, 420, 1000, 1030, 1075, 1500, 4000};
  const std::vector<Trace> traces = {trace_at(events)};
  std::vector<double> least;  // by number of polls: waiting summed over the events
  for (std::size_t polls = 1; polls <= events.size(); ++polls) least.push_back(least_staleness(events, polls));
  for (std::size_t polls = 1; polls <= events.size(); ++polls) {
    const double waiting = least[polls - 1];
    const auto run = clairvoyant(traces, waiting / static_cast<double>(events.size()) + 1e-6, everything_counts());
    EXPECT_LE(run.requests, polls);  // a bound …
    const double before = polls >= 2 ? least[polls - 2] : 1e18, after = polls < events.size() ? least[polls] : waiting;
    const bool on_hull = before - waiting > waiting - after + 1e-9;
    if (on_hull && polls >= 2 && polls + 1 < events.size()) {
      EXPECT_GE(run.requests + 1, polls) << waiting;  // … that is tight where the least waiting is convex
    }
  }
}

TEST(Clairvoyant, needs_fewer_polls_the_longer_events_may_wait) {
  const std::vector<Trace> traces = {random_trace("o/busy", 30, 20, 1), random_trace("o/quiet", 2, 20, 2)};
  std::uint64_t before = ~0ull;
  for (const double staleness : {60.0, 300.0, 1800.0, 7200.0}) {
    const auto run = clairvoyant(traces, staleness, everything_counts());
    EXPECT_LT(run.requests, before);
    EXPECT_LE(run.staleness_mean, staleness * 1.001);
    before = run.requests;
  }
}

}  // namespace
}  // namespace repopulse::backtest
