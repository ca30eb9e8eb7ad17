// Whole histories with change probes, each from a seed. A failure prints the seed; REPOPULSE_SEED=N runs that one
// history of each kind, and REPOPULSE_SEEDS=N as many histories of each kind.
#include "tests/simulation/probes.h"

#include <gtest/gtest.h>

#include "tests/simulation/cluster.h"
#include "tests/simulation/histories.h"
#include "tests/simulation/quiet_world.h"

namespace repopulse::simulation {
namespace {

using namespace std::chrono_literals;

template <typename Make>
void live_in_cluster(Make make, std::uint64_t usual_seeds) {
  for_each_seed(usual_seeds, [&](std::uint64_t seed, bool alone) {
    ClusterSettings settings = make(seed);
    settings.seed = seed;
    settings.days = 3;
    settings.servers = 1 + static_cast<int>(seed % 4);
    settings.shards = seed % 3 == 0 ? 6 : 1;
    settings.repositories = 8;
    settings.busiest_per_hour = 10;
    settings.policy = kModelPolicies[seed % std::size(kModelPolicies)];
    settings.organisation_feeds = seed % 2 == 0;
    settings.change_probes = true;
    Cluster cluster(settings);
    live_through(cluster, seed, alone, seed_of(seed) + cluster.circumstances());
  });
}

TEST(SimulatedProbes, in_fair_weather_save_requests_and_lose_nothing) {
  for_each_seed(6, [](std::uint64_t seed, bool alone) {
    WorldSettings settings = quiet_world(seed);
    World with(settings);
    live_through(with, seed, alone, seed_of(seed) + "policy " + settings.policy);
    settings.change_probes = false;
    World without(settings);
    live_through(without, seed, alone, seed_of(seed) + "policy " + settings.policy + " without probes");
    EXPECT_GT(with.probes(), 100u);
    EXPECT_EQ(without.probes(), 0u);
    EXPECT_LT(static_cast<double>(with.requests()), 0.85 * static_cast<double>(without.requests())) << seed_of(seed);
  });
}

// Each question shifts the times of the next ones a little, and by that their number, as any other chance does.
TEST(SimulatedProbes, where_github_has_no_graphql_about_as_many_requests_are_sent_as_without) {
  std::size_t with = 0;
  std::size_t without = 0;
  for_each_seed(4, [&](std::uint64_t seed, bool alone) {
    WorldSettings settings = quiet_world(seed);
    settings.policy = "adaptive";
    settings.graphql = false;
    for (const bool probes : {true, false}) {
      settings.change_probes = probes;
      World world(settings);
      live_through(world, seed, alone, seed_of(seed));
      (probes ? with : without) += world.requests();
    }
  });
  EXPECT_LE(static_cast<double>(with), 1.06 * static_cast<double>(without));
}

TEST(SimulatedProbes, beside_organisations_feeds_lose_nothing) {
  live(
      [](std::uint64_t seed) {
        WorldSettings settings = quiet_world(seed);
        settings.organisation_feeds = true;
        settings.hidden_organisation = seed % 2 == 0;
        settings.operator_every = 8h;
        return settings;
      },
      8);
}

TEST(SimulatedProbes, that_lie_and_fail_lose_nothing_and_wait_as_github_asks) {
  live(
      [](std::uint64_t seed) {
        WorldSettings settings = quiet_world(seed);
        settings.lies_every = 3h;
        settings.quirks.latency_min = 30s;
        settings.quirks.latency_max = 1h;
        return settings;
      },
      12);
}

TEST(SimulatedProbes, amid_faults_crashes_and_operators_lose_nothing) {
  live(
      [](std::uint64_t seed) {
        WorldSettings settings = quiet_world(seed);
        add_trouble(settings);
        settings.organisation_feeds = seed % 3 == 0;
        settings.lies_every = 5h;
        return settings;
      },
      12);
}

TEST(SimulatedProbes, of_several_servers_ask_about_their_own_repositories_alone) {
  live_in_cluster([](std::uint64_t) { return ClusterSettings{}; }, 6);
}

TEST(SimulatedProbes, of_several_servers_that_die_and_follow_each_other_lose_nothing) {
  live_in_cluster(
      [](std::uint64_t) {
        ClusterSettings settings;
        settings.crashes = 0.0002;
        settings.late_calls = 0.003;
        settings.trouble_every = 1h;
        settings.longest_sleep = 10min;
        settings.clock_error = 900ms;
        settings.lies_every = 4h;
        return settings;
      },
      8);
}

TEST(SimulatedProbes, amid_renames_names_given_away_and_new_tokens_mix_nothing) {
  live_in_cluster(
      [](std::uint64_t seed) {
        ClusterSettings settings;
        settings.late_calls = 0.003;
        settings.operator_every = 3h;
        settings.owners_every = 5h;
        settings.token_life = seed % 2 == 0 ? 2h : 0h;
        settings.lies_every = seed % 3 == 0 ? core::Millis(4h) : core::Millis(0);
        return settings;
      },
      8);
}

// An organisation's feed rests after time-outs; a probe's answer tells that it need not rest any more.
TEST(SimulatedProbes, show_only_repositories_where_an_organisations_feed_has_rested) {
  constexpr std::uint64_t kSeed = 2015;
  Cluster cluster(cluster_of(kSeed));
  live_through(cluster, kSeed, false, cluster.circumstances());
}

TEST(SimulatedProbes, are_not_held_up_by_clocks_that_are_wrong_by_days) {
  live_in_cluster(
      [](std::uint64_t) {
        ClusterSettings settings;
        settings.trouble_every = 1h;
        settings.clock_error = 48h * 30;
        settings.lies_every = 6h;
        return settings;
      },
      6);
}

}  // namespace
}  // namespace repopulse::simulation
