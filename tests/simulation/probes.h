// What change probes ask in a simulation, and what must hold of every one of them. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "github/transport.h"
#include "sim/github_simulator.h"
#include "sim/random.h"

namespace repopulse::simulation {

bool is_probe(const github::HttpRequest& request);
// `owner/name`s that a request asks about; empty: it is not a probe.
std::vector<std::string> asked_about(const github::HttpRequest& request);

// What is wrong with a probe about these repositories; nullopt: nothing. `polled`: may this server ask about it?
std::optional<std::string> find_fault(const std::vector<std::string>& asked,
                                      const std::function<bool(const std::string&)>& polled);

// GitHub begins to lie about one of its repositories, or ends doing so, or its GraphQL API fails or has a limit.
void make_mischief(sim::GitHubSimulator& github, sim::Random& random);
// It lies about nothing any more.
void end_lies(sim::GitHubSimulator& github);

}  // namespace repopulse::simulation
