// Histories of several servers on one store, each from a seed. A failure prints the seed; REPOPULSE_SEED=N runs that
// one history of each kind, and REPOPULSE_SEEDS=N as many histories of each kind.
#include "tests/simulation/cluster.h"

#include <gtest/gtest.h>

#include "tests/simulation/histories.h"
#include "tests/simulation/seeds.h"

namespace repopulse::simulation {
namespace {

using namespace std::chrono_literals;

template <typename Make>
void live(Make make, std::uint64_t usual_seeds) {
  for_each_seed(usual_seeds, [&](std::uint64_t seed, bool alone) {
    ClusterSettings settings = make(seed);
    settings.seed = seed;
    settings.servers = 1 + static_cast<int>(seed % 4);
    settings.shards = seed % 3 == 0 ? 6 : 1;
    Cluster cluster(settings);
    live_through(
        cluster, seed, alone,
        seed_of(seed) + std::to_string(settings.servers) + " servers, " + std::to_string(settings.shards) + " shards");
  });
}

TEST(Cluster, in_fair_weather_servers_share_the_work_and_each_hears_everything_once) {
  live([](std::uint64_t) { return ClusterSettings{.days = 3}; }, 4);
}

TEST(Cluster, servers_that_die_and_stop_lose_and_double_nothing) {
  live([](std::uint64_t) { return ClusterSettings{.days = 3, .crashes = 0.0002, .trouble_every = 1h}; }, 4);
}

TEST(Cluster, a_store_that_fails_and_answers_late_loses_and_doubles_nothing) {
  live(
      [](std::uint64_t) {
        return ClusterSettings{.days = 3, .store_faults = 0.01, .crashes = 0.0001, .late_calls = 0.01};
      },
      4);
}

TEST(Cluster, clocks_that_disagree_by_a_second_and_machines_that_sleep_change_nothing) {
  live(
      [](std::uint64_t) {
        return ClusterSettings{.days = 3, .trouble_every = 1h, .longest_sleep = 10min, .clock_error = 900ms};
      },
      4);
}

TEST(Cluster, operators_at_all_servers_break_nothing) {
  live(
      [](std::uint64_t seed) {
        return ClusterSettings{.days = 3,
                               .store_faults = seed % 2 == 0 ? 0.003 : 0.0,
                               .crashes = 0.00005,
                               .late_calls = 0.003,
                               .operator_every = 1h};
      },
      4);
}

TEST(Cluster, imports_beside_polling_hide_and_double_nothing) {
  live(
      [](std::uint64_t) {
        return ClusterSettings{.days = 3,
                               .busiest_per_hour = 300,
                               .crashes = 0.0001,
                               .late_calls = 0.003,
                               .trouble_every = 2h,
                               .longest_sleep = 3h,
                               .imports_every = 1h};
      },
      4);
}

TEST(Cluster, names_that_change_and_are_given_away_mix_nothing) {
  live(
      [](std::uint64_t) {
        return ClusterSettings{.days = 3, .crashes = 0.00005, .late_calls = 0.003, .owners_every = 5h};
      },
      4);
}

TEST(Cluster, tokens_that_end_cost_no_event) {
  live([](std::uint64_t) { return ClusterSettings{.days = 3, .trouble_every = 6h, .token_life = 1h}; }, 4);
}

TEST(Cluster, servers_with_a_github_app_make_tokens_of_their_own_whatever_their_clocks_show) {
  for_each_seed(6, [](std::uint64_t seed, bool alone) {
    ClusterSettings settings{.days = 3, .trouble_every = 3h, .app = true};
    settings.seed = seed;
    settings.servers = 1 + static_cast<int>(seed % 3);
    if (seed % 2 == 0) settings.clock_error = 48h * 30;
    if (seed % 3 == 0) settings.github_faults = 0.05;
    Cluster cluster(settings);
    live_through(cluster, seed, alone, seed_of(seed) + std::to_string(settings.servers) + " servers");
  });
}

TEST(Cluster, clocks_that_are_wrong_by_days_hold_nothing_up) {
  live([](std::uint64_t) { return ClusterSettings{.days = 3, .trouble_every = 1h, .clock_error = 48h * 30}; }, 4);
}

TEST(Cluster, events_that_come_late_and_deep_are_found) {
  live(
      [](std::uint64_t seed) {
        const bool troubled = seed % 2 == 0;
        return ClusterSettings{.days = 3,
                               .busiest_per_hour = troubled ? 50.0 : 200.0,
                               .crashes = troubled ? 0.0001 : 0.0,
                               .late_calls = troubled ? 0.003 : 0.0,
                               .trouble_every = troubled ? 3h : 0h,
                               .late_share = 0.05,
                               .freshness = 1min,
                               .organisation_feeds = seed % 4 == 0};
      },
      4);
}

// The kinds of trouble together, as ./dev simulate draws them.
TEST(Cluster, histories_whose_every_circumstance_is_drawn_lose_mix_and_hold_up_nothing) {
  for_each_seed(12, [](std::uint64_t seed, bool alone) {
    Cluster cluster(cluster_of(seed));
    live_through(cluster, seed, alone,
                 "./dev simulate --only " + std::to_string(seed) + " repeats it: " + cluster.circumstances());
  });
}

}  // namespace
}  // namespace repopulse::simulation
