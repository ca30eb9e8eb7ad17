#include "tests/simulation/histories.h"

#include <cmath>
#include <iterator>
#include <string>
#include <string_view>

#include "polling/policy_table.h"
#include "sim/random.h"

namespace repopulse::simulation {
namespace {

using namespace std::chrono_literals;
using core::Millis;

constexpr double kSeedStride = 15'485'863;

// Spread evenly over magnitudes.
Millis between(sim::Random& random, Millis least, Millis most) {
  const double ratio = static_cast<double>(most.count()) / static_cast<double>(least.count());
  return Millis(static_cast<std::int64_t>(static_cast<double>(least.count()) * std::pow(ratio, random.unit())));
}

}  // namespace

ClusterSettings cluster_of(std::uint64_t seed) {
  sim::Random random(seed * static_cast<std::uint64_t>(kSeedStride) + 1);
  ClusterSettings out;
  out.seed = seed;
  out.days = 2 + static_cast<int>(random.below(5));
  out.servers = 1 + static_cast<int>(random.below(4));
  out.shards = random.chance(0.4) ? 2 + static_cast<int>(random.below(7)) : 1;
  out.repositories = 2 + static_cast<int>(random.below(6));
  out.busiest_per_hour = random.chance(0.2) ? 400 : 5 + 60 * random.unit();
  const auto policies = polling::policy_names();
  if (random.chance(0.4)) out.policy = std::string(policies[random.below(policies.size())]);
  if (random.chance(0.3)) out.github_faults = 0.08 * random.unit();
  if (random.chance(0.4)) out.store_faults = 0.02 * random.unit();
  if (random.chance(0.5)) out.crashes = 0.0005 * random.unit();
  if (random.chance(0.6)) out.late_calls = 0.02 * random.unit();
  out.latest_call = between(random, 100ms, 15s);
  if (random.chance(0.6)) out.trouble_every = between(random, 20min, 12h);
  if (random.chance(0.5)) out.longest_sleep = between(random, 5s, 12h);
  if (random.chance(0.4)) out.clock_error = random.chance(0.3) ? Millis(900) : between(random, 2s, 24h * 100);
  if (random.chance(0.5)) out.operator_every = between(random, 10min, 12h);
  if (random.chance(0.5)) out.owners_every = between(random, 2h, 48h);
  if (random.chance(0.4)) out.imports_every = between(random, 20min, 12h);
  if (random.chance(0.3)) out.token_life = between(random, 1h, 8h);
  out.organisation_feeds = random.chance(0.7);
  if (random.chance(0.25)) {
    out.late_share = 0.1 * random.unit();
    out.freshness = between(random, 40s, 5min);
  }
  out.change_probes = random.chance(0.5);
  if (out.change_probes) {
    const std::string_view with_model[] = {"adaptive", "kalman", "sarima"};
    if (random.chance(0.8)) out.policy = with_model[random.below(std::size(with_model))];
    if (random.chance(0.5)) out.lies_every = between(random, 30min, 24h);
  }
  if (out.shards == 1) out.app = random.chance(0.3);
  return out;
}

}  // namespace repopulse::simulation
