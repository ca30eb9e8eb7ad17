// Whole histories of the service, each from a seed. A failure prints the seed; REPOPULSE_SEED=N runs that one history
// of each kind, and REPOPULSE_SEEDS=N as many histories of each kind.
#include <gtest/gtest.h>

#include "polling/policy_table.h"
#include "tests/simulation/seeds.h"
#include "tests/simulation/world.h"

namespace repopulse::simulation {
namespace {

using namespace std::chrono_literals;

// Runs histories until one goes wrong.
template <typename Make>
void live(Make make, std::uint64_t usual_seeds) {
  for_each_seed(usual_seeds, [&](std::uint64_t seed, bool alone) {
    WorldSettings settings = make(seed);
    settings.seed = seed;
    const auto policies = polling::policy_names();
    settings.policy = policies[seed % policies.size()];
    World world(settings);
    live_through(world, seed, alone, seed_of(seed) + "policy " + settings.policy);
  });
}

TEST(Simulation, in_fair_weather_everything_is_stored_once_and_every_rule_of_githubs_is_kept) {
  live([](std::uint64_t) { return WorldSettings{.days = 30}; }, 16);
}

TEST(Simulation, without_a_token_the_sixty_requests_an_hour_are_enough) {
  live([](std::uint64_t) { return WorldSettings{.days = 20, .repositories = 5, .with_token = false}; }, 12);
}

TEST(Simulation, hourly_tokens_of_a_github_app_lose_nothing_and_are_made_once_an_hour) {
  live([](std::uint64_t seed) { return WorldSettings{.days = 12, .change_probes = seed % 2 == 0, .app = true}; }, 8);
}

TEST(Simulation, troubles_of_a_github_app_and_of_the_way_to_it_lose_nothing_without_a_gap_that_says_so) {
  live(
      [](std::uint64_t seed) {
        return WorldSettings{.days = 10,
                             .github_faults = seed % 2 == 0 ? 0.08 : 0.0,
                             .store_faults = 0.02,
                             .crashes = seed % 3 == 0 ? 0.005 : 0.0,
                             .operator_every = seed % 4 == 0 ? 5h : 0h,
                             .change_probes = seed % 3 == 0,
                             .app = true,
                             .app_trouble_every = 8h};
      },
      12);
}

TEST(Simulation, githubs_quirks_lose_and_double_nothing) {
  live(
      [](std::uint64_t) {
        WorldSettings settings{.days = 20, .busiest_per_hour = 4};
        settings.quirks = sim::Quirks::as_observed();
        settings.quirks.ids_fall_at = core::event_time_from_unix(1'760'000'000 + 86'400 * 5);
        return settings;
      },
      16);
}

TEST(Simulation, trouble_at_github_and_in_the_store_loses_nothing_without_a_gap_that_says_so) {
  live(
      [](std::uint64_t seed) {
        return WorldSettings{.days = 15,
                             .busiest_per_hour = 60,
                             .feed_depth = seed % 3 == 0 ? 264u : 300u,
                             .github_faults = 0.08,
                             .store_faults = 0.05};
      },
      24);
}

TEST(Simulation, a_process_that_dies_in_any_call_to_its_store_goes_on_as_if_nothing_had_happened) {
  live([](std::uint64_t) { return WorldSettings{.days = 10, .busiest_per_hour = 60, .crashes = 0.02}; }, 24);
}

TEST(Simulation, operators_who_add_remove_wake_and_restart_break_nothing) {
  live(
      [](std::uint64_t seed) {
        return WorldSettings{.days = 20,
                             .with_token = seed % 4 != 0,
                             .github_faults = 0.03,
                             .store_faults = 0.02,
                             .crashes = 0.003,
                             .operator_every = 5h};
      },
      24);
}

TEST(Simulation, windows_stay_true_while_old_events_are_deleted) {
  live([](std::uint64_t) { return WorldSettings{.days = 25, .crashes = 0.003, .retention_days = 4}; }, 8);
}

TEST(Simulation, floods_by_unwatched_repositories_and_hidden_organisations_lose_nothing) {
  live(
      [](std::uint64_t seed) {
        return WorldSettings{.days = 10,
                             .busiest_per_hour = 20,
                             .github_faults = 0.02,
                             .crashes = 0.002,
                             .operator_every = 10h,
                             .flood_per_hour = seed % 3 == 0 ? 10.0 : 400.0,
                             .hidden_organisation = seed % 2 == 0};
      },
      10);
}

// Requests go one at a time, so each one that is not answered holds up all others.
TEST(Simulation, repositories_that_stall_hold_the_others_up_little) {
  constexpr int kHealthy = 4;
  WorldSettings settings{.seed = 5,
                         .days = 1,
                         .repositories = kHealthy,
                         .policy = "fixed",
                         .freshness = 30s,  // a poll a minute
                         .organisation_feeds = false};
  World calm(settings);
  calm.run();
  for (const int stalled : {1, 6, 20}) {
    settings.repositories = kHealthy + stalled;
    settings.stalled = stalled;
    World world(settings);
    world.run();
    for (const std::string& complaint : world.complaints()) ADD_FAILURE() << complaint;
    for (const core::Millis span : {core::Millis(1h), core::Millis(6h), core::Millis(21h)}) {
      const World::Shares shares = world.shares(span);
      const double polls = static_cast<double>(shares.answered) / static_cast<double>(calm.shares(span).answered);
      const double share = static_cast<double>(shares.unanswered.count()) / static_cast<double>(span.count());
      SCOPED_TRACE(std::to_string(stalled) + " stalled, the first " + std::to_string(span / 1h) +
                   " h: " + std::to_string(polls) + " of the polls, " + std::to_string(share) + " of the time");
      EXPECT_GE(polls, stalled == 1 ? 0.95 : stalled == 6 ? 0.9 : 0.8);
      // Where many begin to stall at once, each has its first time-outs before it is known.
      EXPECT_LE(share, stalled == 1 ? 0.05 : stalled == 6 ? 0.2 : span == 1h ? 0.35 : 0.27);
    }
  }
}

TEST(Simulation, what_stalled_for_days_is_read_again_with_a_gap_for_what_was_lost) {
  live(
      [](std::uint64_t seed) {
        return WorldSettings{.days = 4, .busiest_per_hour = 60, .stalled = seed % 2 == 0 ? 1 : 3};
      },
      8);
}

TEST(Simulation, organisations_are_worth_asking_only_where_that_saves_requests) {
  for (const double flood : {0.0, 400.0}) {
    for (const char* policy : {"adaptive", "kalman"}) {
      WorldSettings settings{.seed = 3, .days = 10, .busiest_per_hour = 10, .policy = policy, .flood_per_hour = flood};
      World with(settings);
      with.run();
      settings.organisation_feeds = false;
      World without(settings);
      without.run();
      // A flood is noticed by what it costs, and tried again after days.
      const double most = flood > 0 ? 1.05 : 0.85;
      EXPECT_LT(static_cast<double>(with.requests()), most * static_cast<double>(without.requests())) << policy;
    }
  }
}

}  // namespace
}  // namespace repopulse::simulation
