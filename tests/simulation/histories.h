// Histories of clusters whose every circumstance is drawn from the seed. Pure.
#pragma once

#include <cstdint>

#include "tests/simulation/cluster.h"

namespace repopulse::simulation {

// About half of the possible troubles, each in a random measure.
ClusterSettings cluster_of(std::uint64_t seed);

}  // namespace repopulse::simulation
