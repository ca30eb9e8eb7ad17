// What a window costs: an event that comes in, and a question, over the usual 500 events. The peer keeps the same
// events the way a first draft does, in a sorted vector of strings and a map by type.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "core/window.h"

namespace repopulse::core {
namespace {

using namespace std::chrono_literals;

constexpr EventTime kStart{std::chrono::seconds(1'750'000'000)};
constexpr std::size_t kEvents = 500;
const std::array<std::string, 6> kTypes = {"PushEvent",        "IssuesEvent", "IssueCommentEvent",
                                           "PullRequestEvent", "WatchEvent",  "ForkEvent"};

struct Arrival {
  EventKey key;
  std::string type;
};

std::vector<Arrival> arrivals(std::size_t count) {
  std::mt19937_64 random(7);
  std::vector<Arrival> out;
  EventTime at = kStart;
  for (std::size_t i = 0; i < count; ++i) {
    at += std::chrono::seconds(random() % 600);
    out.push_back({{random(), at}, kTypes[random() % kTypes.size()]});
  }
  return out;
}

void insert_into_a_full_window(benchmark::State& state) {
  const auto events = arrivals(100'000);
  Window window;
  std::size_t next = 0;
  for (auto _ : state) {
    window.insert(events[next].key, events[next].type);
    if (++next == events.size()) {
      next = 0;
      window = Window();
    }
  }
}
BENCHMARK(insert_into_a_full_window);

void statistics_of_a_window(benchmark::State& state) {
  Window window({3650, kEvents});
  for (const Arrival& arrival : arrivals(kEvents)) window.insert(arrival.key, arrival.type);
  for (auto _ : state) benchmark::DoNotOptimize(window.statistics(to_timestamp(kStart + 240h)));
}
BENCHMARK(statistics_of_a_window);

void statistics_from_strings_and_maps(benchmark::State& state) {
  const auto events = arrivals(kEvents);
  std::vector<std::pair<std::string, std::string>> stored;
  for (const Arrival& arrival : events) stored.emplace_back(format_rfc3339(arrival.key.created_at), arrival.type);
  for (auto _ : state) {
    std::map<std::string, std::vector<EventTime>> by_type;
    for (const auto& [at, type] : stored) by_type[type].push_back(*parse_rfc3339(at));
    std::vector<GapStatistics> out;
    for (auto& [type, times] : by_type) {
      std::ranges::sort(times);
      out.push_back(gap_statistics(type, times));
    }
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(statistics_from_strings_and_maps);

void copy_of_a_window(benchmark::State& state) {
  Window window;
  for (const Arrival& arrival : arrivals(kEvents)) window.insert(arrival.key, arrival.type);
  for (auto _ : state) benchmark::DoNotOptimize(Window(window));
}
BENCHMARK(copy_of_a_window);

}  // namespace
}  // namespace repopulse::core
