// Answers change probes as sim/graphql does, for simulations in virtual time: an executor of GitHubSimulator. It knows
// the one query of the change probe and no GraphQL; tests/graphql checks that both answer the same.
#pragma once

#include <optional>
#include <string>

namespace repopulse::sim {

// nullopt: `task` is not a change probe.
std::optional<std::string> execute_probe(const std::string& task);

}  // namespace repopulse::sim
