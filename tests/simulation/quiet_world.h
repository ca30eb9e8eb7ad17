// A world of quiet repositories, in which asking for many at once saves most.
#pragma once

#include <cstdint>
#include <iterator>

#include "tests/simulation/seeds.h"
#include "tests/simulation/world.h"

namespace repopulse::simulation {

inline constexpr const char* kModelPolicies[] = {"adaptive", "kalman", "sarima"};  // others ask for each alone

inline WorldSettings quiet_world(std::uint64_t seed) {
  return {.seed = seed,
          .days = 12,
          .repositories = 10,
          .busiest_per_hour = 3,
          .policy = kModelPolicies[seed % std::size(kModelPolicies)],
          .organisation_feeds = false,
          .change_probes = true};
}

// GitHub and the store fail now and then, the process dies, and operators are at work.
inline void add_trouble(WorldSettings& settings) {
  using namespace std::chrono_literals;
  settings.busiest_per_hour = 30;
  settings.github_faults = settings.seed % 2 == 0 ? 0.05 : 0.0;
  settings.store_faults = 0.01;
  settings.crashes = 0.002;
  settings.operator_every = 5h;
}

// Lives through the worlds that `make` makes of so many seeds.
template <typename Make>
void live(Make make, std::uint64_t usual_seeds) {
  for_each_seed(usual_seeds, [&](std::uint64_t seed, bool alone) {
    const WorldSettings settings = make(seed);
    World world(settings);
    live_through(world, seed, alone, seed_of(seed) + "policy " + settings.policy);
  });
}

}  // namespace repopulse::simulation
