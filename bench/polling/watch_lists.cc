#include "bench/polling/watch_lists.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <random>
#include <string>
#include <utility>

#include "core/humanise.h"

namespace repopulse::bench {
namespace {

using namespace std::chrono_literals;
using backtest::Run;
using backtest::Trace;
using core::humanise_count;

constexpr std::size_t kShard = 500;
constexpr core::Seconds kWarmUp = 240h;
constexpr core::Seconds kMeasured = 24h;
// Of each quota, a tenth or 500 stays in reserve.
constexpr double kUsable = 4'500;             // of a token's requests an hour, and of its GraphQL points
constexpr double kUsableOfApp = 14'500;       // of the most requests that an installation of a GitHub App may have …
constexpr double kPointsOfApp = 12'000;       // … and of the most points
constexpr double kOneAfterTheOther = 18'000;  // requests an hour, where each takes 200 ms

// An hour of one shard.
struct Hour {
  double requests = 0;
  double probes = 0;
  double not_modified = 0;
  double quota = 0;
  double points = 0;
  double events = 0;
  double staleness = 0;  // mean; seconds
  std::size_t lost = 0;
};

Hour hour_of(const Run& run) {
  const double hours = std::chrono::duration<double, std::ratio<3600>>(kMeasured).count();
  const auto in_an_hour = [hours](auto count) { return static_cast<double>(count) / hours; };
  return {in_an_hour(run.requests), in_an_hour(run.probes), in_an_hour(run.not_modified), in_an_hour(run.quota_spent),
          in_an_hour(run.points),   in_an_hour(run.events), run.staleness_mean,           run.lost};
}

std::string at_least_one(double number) {
  return humanise_count(static_cast<std::uint64_t>(std::max(1.0, std::ceil(number))));
}

// How many of these, each with so many requests and points an hour.
std::string tokens(const Hour& shard, double shards, double requests, double points) {
  return at_least_one(shards * std::max(shard.quota / requests, shard.points / points));
}

std::string rounded(double count) {
  return humanise_count(static_cast<std::uint64_t>(std::llround(count)));
}

std::string row(std::initializer_list<std::string> cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line.append(" ").append(cell).append(" |");
  return line;
}

void print_rows(core::Seconds freshness, bool probed, const Hour& shard) {
  const std::string asked = core::humanise_seconds(std::chrono::duration<double>(freshness).count());
  for (const std::size_t size : {1'000UL, 10'000UL, 100'000UL}) {
    const double shards = static_cast<double>(size) / static_cast<double>(kShard);
    std::puts(row({rounded(static_cast<double>(size)), asked, probed ? "yes" : "no", rounded(shards * shard.requests),
                   rounded(shards * shard.quota), rounded(shards * shard.probes), rounded(shards * shard.points),
                   rounded(shard.staleness), tokens(shard, shards, kUsable, kUsable),
                   tokens(shard, shards, kUsableOfApp, kPointsOfApp),
                   at_least_one(shards * shard.requests / kOneAfterTheOther)})
                  .c_str());
  }
  std::fflush(stdout);
}

}  // namespace

std::vector<Trace> watch_list(const std::vector<Trace>& recorded, std::size_t size, core::Seconds lived) {
  core::EventTime begin = core::EventTime::max(), end = core::EventTime::min();
  for (const Trace& trace : recorded) {
    begin = std::min(begin, trace.events.front().at);
    end = std::max(end, trace.events.back().at);
  }
  const core::Seconds round = end - begin + 1s;
  std::mt19937_64 random(1);
  std::vector<Trace> list;
  for (std::size_t i = 0; i < size; ++i) {
    const Trace& drawn = recorded[random() % recorded.size()];
    const core::Seconds entered(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(round.count())));
    Trace trace{*core::RepoName::parse("owner" + std::to_string(i) + "/repository"), {}};
    for (const backtest::TraceEvent& event : drawn.events) {
      const core::Seconds at = (event.at - begin + entered) % round;
      if (at < lived) trace.events.push_back({begin + at, event.kind});
    }
    std::ranges::stable_sort(trace.events, {}, &backtest::TraceEvent::at);
    list.push_back(std::move(trace));
  }
  return list;
}

void print_watch_lists(const std::vector<Trace>& recorded, const backtest::ReplaySettings& settings) {
  const std::vector<Trace> shard = watch_list(recorded, kShard, kWarmUp + kMeasured);
  std::puts(
      "\n| repositories | freshness | probes | requests/h | quota/h | probes/h | points/h | an event waits, s | tokens "
      "| "
      "or installations | shards |\n| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  std::vector<std::string> ends;
  for (const core::Seconds freshness : std::array<core::Seconds, 4>{2min, 5min, 15min, 1h}) {
    for (const bool probed : {false, true}) {
      backtest::ReplaySettings one = settings;
      one.warm_up = kWarmUp;
      one.change_probes = probed;
      const auto run = backtest::replay(shard, "adaptive", freshness, one);
      if (!run) {
        std::fprintf(stderr, "polling_bench: %s\n", run.error().message.c_str());
        return;
      }
      const Hour hour = hour_of(*run);
      if (hour.lost > 0) std::printf("**%s events were lost**\n", std::to_string(hour.lost).c_str());
      print_rows(freshness, probed, hour);
      const double share = std::max({hour.quota / kUsable, hour.points / kUsable, hour.requests / kOneAfterTheOther});
      ends.push_back(row({core::humanise_seconds(std::chrono::duration<double>(freshness).count()),
                          probed ? "yes" : "no", rounded(static_cast<double>(kShard) / share),
                          share == hour.quota / kUsable    ? "requests"
                          : share == hour.points / kUsable ? "points"
                                                           : "one request after the other"}));
    }
  }
  std::puts("\n| freshness | probes | repositories of one token | what ends first |\n| ---: | --- | ---: | --- |");
  for (const std::string& row : ends) std::puts(row.c_str());
}

}  // namespace repopulse::bench
