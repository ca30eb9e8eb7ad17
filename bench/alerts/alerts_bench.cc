// Counts the alarms that `silence` and `burst` raise over recorded activity. As nothing is known to have been wrong,
// all of them count as false.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "alerts/series.h"
#include "app/trace_files.h"

namespace repopulse {
namespace {

using namespace std::chrono_literals;
using core::EventTime;

constexpr double kProbability = 0.001;  // the default, as below
constexpr core::Seconds kLeast = 1h;    // the default `for` of a silence
constexpr std::chrono::days kLearned{30};

struct Count {
  double months = 0;
  std::size_t events = 0;
  int silences = 0;
  int bursts = 0;
};

Count count_alarms(const std::vector<EventTime>& times) {
  Count count;
  const auto known = std::ranges::lower_bound(times, times.front() + kLearned);
  alerts::Series series(std::vector<EventTime>(times.begin(), known));
  std::optional<EventTime> burst;
  for (auto at = known; at != times.end(); ++at) {
    const auto allowed = series.allowed_silence(std::min(kProbability, series.rare_probability()));
    if (allowed && *at - series.newest() >= std::max(*allowed, kLeast)) ++count.silences;
    series.add(std::vector{*at});
    const EventTime from = std::chrono::floor<std::chrono::hours>(*at);
    const auto* hour = series.hour(from);
    if (hour == nullptr || hour->events <= std::max(hour->allowed(kProbability), hour->usual_most)) continue;
    // An hour right after another one belongs to the same alert.
    if (!burst || from > *burst + 1h) ++count.bursts;
    burst = from;
  }
  count.events = static_cast<std::size_t>(times.end() - known);
  count.months =
      std::chrono::duration<double, std::chrono::months::period>(times.back() - times.front() - kLearned).count();
  return count;
}

int run(const std::vector<std::string>& files) {
  const auto traces = app::load_traces(files, {});
  if (!traces) {
    std::fprintf(stderr, "%s\n", traces.error().message.c_str());
    return 1;
  }
  std::printf("%-32s %8s %8s %18s %18s\n", "REPOSITORY", "MONTHS", "EVENTS", "SILENCES A MONTH", "BURSTS A MONTH");
  for (const backtest::Trace& trace : *traces) {
    std::vector<EventTime> times;
    for (const backtest::TraceEvent& event : trace.events) times.push_back(event.at);
    if (times.size() < 2 || times.back() - times.front() <= 2 * kLearned) continue;
    const Count count = count_alarms(times);
    std::printf("%-32s %8.1f %8zu %11d = %.2f %11d = %.2f\n", trace.name.full_name().c_str(), count.months,
                count.events, count.silences, count.silences / count.months, count.bursts, count.bursts / count.months);
  }
  return 0;
}

}  // namespace
}  // namespace repopulse

int main(int argc, char** argv) {
  return repopulse::run({argv + 1, argv + argc});
}
