// The GitHub App of simulated worlds: one key for all of them, and the trouble that it has.
#pragma once

#include "core/time.h"
#include "github/app_key.h"
#include "sim/github_app.h"
#include "sim/github_simulator.h"
#include "sim/random.h"

namespace repopulse::simulation {

github::App app_of_the_simulation();
// The same, as GitHub knows it.
sim::AppSettings app_at_github(core::Millis token_life);

// GitHub refuses the App from now on, or accepts it again, or ends its tokens.
void trouble_app(sim::GitHubSimulator& github, sim::Random& random);
void end_trouble_of_app(sim::GitHubSimulator& github);

}  // namespace repopulse::simulation
