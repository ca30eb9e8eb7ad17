// Whole histories with an account that watches repositories, each from a seed. A failure prints the seed;
// REPOPULSE_SEED=N runs that one history of each kind, and REPOPULSE_SEEDS=N as many histories of each kind.
#include <gtest/gtest.h>

#include "tests/simulation/quiet_world.h"

namespace repopulse::simulation {
namespace {

using namespace std::chrono_literals;

WorldSettings watched_world(std::uint64_t seed) {
  WorldSettings settings = quiet_world(seed);
  settings.change_probes = seed % 2 == 0;
  settings.watcher = {.share = 1};
  settings.received = true;
  return settings;
}

TEST(SimulatedReceived, in_fair_weather_saves_requests_and_loses_nothing) {
  for_each_seed(4, [](std::uint64_t seed, bool alone) {
    WorldSettings settings = watched_world(seed);
    settings.change_probes = false;
    World with(settings);
    live_through(with, seed, alone, seed_of(seed) + "policy " + settings.policy);
    settings.received = false;
    World without(settings);
    live_through(without, seed, alone, seed_of(seed) + "policy " + settings.policy + " without");
    EXPECT_LT(static_cast<double>(with.requests()), 0.9 * static_cast<double>(without.requests())) << seed_of(seed);
  });
}

TEST(SimulatedReceived, of_an_account_with_troubles_loses_nothing) {
  live(
      [](std::uint64_t seed) {
        WorldSettings settings = watched_world(seed);
        settings.watcher = {.share = seed % 3 == 0 ? 1 : 0.6, .trouble_every = 10h};
        settings.quirks.latency_min = 30s;
        settings.quirks.latency_max = 1h;
        return settings;
      },
      9);
}

TEST(SimulatedReceived, amid_faults_crashes_operators_and_organisations_loses_nothing) {
  live(
      [](std::uint64_t seed) {
        WorldSettings settings = watched_world(seed);
        add_trouble(settings);
        settings.organisation_feeds = seed % 3 != 0;
        settings.lies_every = 5h;
        settings.watcher = {.share = 0.8, .trouble_every = 8h};
        return settings;
      },
      9);
}

}  // namespace
}  // namespace repopulse::simulation
