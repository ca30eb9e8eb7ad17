// Made-up traces for tests.
#pragma once

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "backtest/trace.h"

namespace repopulse::backtest {

inline constexpr std::int64_t kTraceStart = 1'496'275'200;  // 2017-06-01

// Arrivals at chance over `days`, each followed by up to three more within minutes.
inline Trace random_trace(const std::string& name, double per_day, int days, std::uint64_t seed) {
  Trace trace{*core::RepoName::parse(name), {}};
  std::mt19937_64 random(seed);
  const auto uniform = [&random] { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; };
  for (double t = 0;;) {
    t -= std::log(uniform()) * 86'400 / per_day;
    if (t > days * 86'400) break;
    const int followers = static_cast<int>(uniform() * 4);
    for (int i = 0; i <= followers; ++i) {
      const double at = i == 0 ? t : t + uniform() * 600;
      trace.events.push_back({core::event_time_from_unix(kTraceStart + static_cast<std::int64_t>(at)), "PushEvent"});
    }
  }
  std::ranges::stable_sort(trace.events, {}, &TraceEvent::at);
  return trace;
}

// The same with the kinds of events that a repository of people has; of one in fifty no change probe tells.
inline Trace trace_of_people(const std::string& name, double per_day, int days, std::uint64_t seed) {
  Trace trace = random_trace(name, per_day, days, seed);
  std::mt19937_64 random(seed + 1'000);
  for (TraceEvent& event : trace.events) {
    const std::uint64_t share = random() % 100;
    if (share < 40) continue;
    event.kind = share < 55   ? "IssueCommentEvent"
                 : share < 65 ? "IssuesEvent"
                 : share < 75 ? "PullRequestEvent"
                 : share < 92 ? "WatchEvent"
                 : share < 97 ? "ForkEvent"
                 : share < 98 ? "ReleaseEvent"
                              : "GollumEvent";
  }
  return trace;
}

// So many repositories of people, each of an owner of its own, in which something happens up to a few times a day.
inline std::vector<Trace> quiet_traces(unsigned number) {
  std::vector<Trace> traces;
  for (unsigned i = 0; i < number; ++i) {
    traces.push_back(trace_of_people("o" + std::to_string(i) + "/quiet", 0.5 + i % 4, 24, 1 + i));
  }
  return traces;
}

}  // namespace repopulse::backtest
