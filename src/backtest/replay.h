// Replays traces under one policy: the production poller with its walks and its budget asks a simulated GitHub, in
// virtual time. No store, no network; a replay depends on its arguments alone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "backtest/simulated_github.h"
#include "backtest/trace.h"
#include "core/result.h"
#include "core/time.h"

namespace repopulse::backtest {

struct ReplaySettings {
  // What happened before the poller begins, from the first event on: the first read of a feed shows the newest of it.
  core::Millis before{0};
  core::Millis warm_up{std::chrono::days(8)};  // trains the models; its requests and its events are not counted
  GitHubSettings github;
  bool organisation_feeds = false;
  bool change_probes = false;
  bool received = false;   // an account watches all repositories: its feed may be asked
  bool hints = false;      // each event is told of at once, as by a webhook …
  double hints_lost = 0;   // … but for this share of them
  bool deep_looks = true;  // pages 2 and 3 are looked at now and then
};

inline constexpr double kManyExpected = 3;

// What came of forecasts of single hours, and how often their 90 % interval held: of all hours, and of those with at
// least kManyExpected expected events. Counts of few events have no interval of exactly 90 %.
struct ForecastRecord {
  std::size_t hours = 0;
  std::size_t held = 0;
  std::size_t busy_hours = 0;
  std::size_t busy_held = 0;
  double expected = 0;  // events, in all these hours …
  double came = 0;      // … and what came

  ForecastRecord& operator+=(const ForecastRecord& other);
};

// Forecasts by how long a repository has been known then: since the oldest of its events that is stored. Class i is
// from kKnownFor[i] on, up to the next; younger ones are in none.
inline constexpr std::array<core::Millis, 4> kKnownFor = {std::chrono::hours(2), std::chrono::days(1),
                                                          std::chrono::days(3), std::chrono::days(8)};

// What a policy cost, and how long events waited.
struct Run {
  std::string policy;
  core::Millis freshness{0};
  FeedOrder order = FeedOrder::kArrival;
  std::uint64_t requests = 0;
  std::uint64_t probes = 0;    // of the requests
  std::uint64_t points = 0;    // of the GraphQL quota, which they cost
  std::uint64_t received = 0;  // of the requests: for what the account receives that watches all
  std::uint64_t not_modified = 0;
  std::uint64_t quota_spent = 0;
  std::size_t events = 0;
  std::size_t never_shown = 0;         // beside these: visible so late that no page of a feed ever had them
  std::size_t lost = 0;                // were visible, but had left the feed before it was read
  std::size_t lost_briefly_shown = 0;  // of the lost: shown for less than the poll floor
  double lost_shown_longest = 0;       // how long the lost one that was shown longest was; seconds
  // Time from when an event is visible until it is stored, over all events; seconds.
  double staleness_mean = 0;
  double staleness_median = 0;
  double staleness_p95 = 0;
  double staleness_max = 0;
  // Of the next 24 hours, once a day for each repository after the warm-up.
  ForecastRecord forecasts;
  // Of the next 24 hours, as long as a repository is young every hour or few, then once a day; in the warm-up, too.
  std::array<ForecastRecord, kKnownFor.size()> forecasts_by_age;
};

// The stretch of time that counts.
struct Period {
  core::Timestamp begin{};  // of the poller: at the first event of the portfolio, or ReplaySettings::before later
  core::Timestamp counted_from{};
  core::Timestamp end{};  // last event
};
Period period_of(const SimulatedGitHub& github, const ReplaySettings& settings);

// kBadInput: an unknown policy, or traces without an event after the warm-up.
core::Result<Run> replay(std::span<const Trace> traces, std::string_view policy, core::Millis freshness,
                         const ReplaySettings& settings);

// Fills in the run's staleness from the waits of its events, in seconds.
void summarise_staleness(std::vector<double> waits, Run& run);

}  // namespace repopulse::backtest
