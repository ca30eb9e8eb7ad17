#include "tests/simulation/app.h"

#include "sim/app_keys.h"

namespace repopulse::simulation {
namespace {

const sim::AppKeys& keys() {
  static const sim::AppKeys made = sim::make_app_keys();
  return made;
}

}  // namespace

github::App app_of_the_simulation() {
  return {"123456", "7890", *github::AppKey::read(keys().private_key)};
}

sim::AppSettings app_at_github(core::Millis token_life) {
  return {"123456", "7890", keys().public_key, token_life};
}

void trouble_app(sim::GitHubSimulator& github, sim::Random& random) {
  constexpr int kStatuses[] = {401, 403, 404};
  switch (random.below(3)) {
    case 0:
      github.app().refuse(kStatuses[random.below(std::size(kStatuses))]);
      return;
    case 1:
      github.app().revoke_all();
      return;
    default:
      return end_trouble_of_app(github);
  }
}

void end_trouble_of_app(sim::GitHubSimulator& github) {
  github.app().refuse(0);
}

}  // namespace repopulse::simulation
