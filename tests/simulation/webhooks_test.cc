// Whole histories with webhooks, each from a seed. A failure prints the seed; REPOPULSE_SEED=N runs that one history of
// each kind, and REPOPULSE_SEEDS=N as many histories of each kind.
#include <gtest/gtest.h>

#include "tests/simulation/quiet_world.h"

namespace repopulse::simulation {
namespace {

using namespace std::chrono_literals;

WorldSettings told_world(std::uint64_t seed) {
  WorldSettings settings = quiet_world(seed);
  settings.change_probes = seed % 2 == 0;
  settings.freshness = 30min;
  settings.webhooks = {.share = 1, .longest_delay = 5s};
  return settings;
}

TEST(SimulatedWebhooks, in_fair_weather_save_requests_and_lose_nothing) {
  for_each_seed(4, [](std::uint64_t seed, bool alone) {
    WorldSettings settings = told_world(seed);
    settings.policy = "adaptive";
    settings.change_probes = false;
    World with(settings);
    live_through(with, seed, alone, seed_of(seed));
    settings.webhooks = {};
    World without(settings);
    live_through(without, seed, alone, seed_of(seed) + "without");
    EXPECT_LT(static_cast<double>(with.requests()), 0.8 * static_cast<double>(without.requests())) << seed_of(seed);
  });
}

TEST(SimulatedWebhooks, that_come_late_twice_in_another_order_or_stop_lose_nothing) {
  live(
      [](std::uint64_t seed) {
        WorldSettings settings = told_world(seed);
        settings.webhooks = {
            .share = seed % 3 == 0 ? 1 : 0.9, .twice = 0.3, .longest_delay = 10min, .trouble_every = 40h};
        settings.quirks.latency_min = 30s;
        settings.quirks.latency_max = 1h;
        return settings;
      },
      9);
}

TEST(SimulatedWebhooks, amid_faults_crashes_operators_and_other_sources_lose_nothing) {
  live(
      [](std::uint64_t seed) {
        WorldSettings settings = told_world(seed);
        add_trouble(settings);
        settings.organisation_feeds = seed % 3 != 0;
        settings.webhooks = {.share = 0.95, .twice = 0.1, .longest_delay = 1min, .trouble_every = 30h};
        settings.watcher = {.share = 0.8, .trouble_every = 8h};
        settings.received = seed % 4 == 0;
        return settings;
      },
      9);
}

}  // namespace
}  // namespace repopulse::simulation
