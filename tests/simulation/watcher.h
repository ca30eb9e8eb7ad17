// An account that watches some of the repositories of a simulated world, and what goes wrong with it. It draws random
// numbers of its own, so that all else in a history stays as it is without it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/time.h"
#include "sim/github_simulator.h"
#include "sim/random.h"

namespace repopulse::simulation {

struct WatcherSettings {
  double share = 0;               // of the repositories that it watches; 0: there is no such account
  core::Millis trouble_every{0};  // mean time between two changes of what it watches and receives; 0: nothing changes
};

class Watcher {
 public:
  static constexpr std::string_view kLogin = "watcher";

  // `github` must outlive it. `from`: when its history begins.
  Watcher(sim::GitHubSimulator& github, const WatcherSettings& settings, std::uint64_t seed, core::Timestamp from);

  // A repository has come into being: the account watches it, or not.
  void meet(std::string_view full_name);
  // What changes by then changes: the account begins or ends to watch a repository, or its feed leaves events out,
  // falls silent, is stuck or missing, or is well again. Moves GitHub's time on to the last change.
  void live_until(core::Timestamp now);
  // Its feed is well again, and nothing changes any more.
  void calm_down();

 private:
  void change();
  void draw_next(core::Timestamp now);

  sim::GitHubSimulator& github_;
  WatcherSettings settings_;
  sim::Random random_;
  core::Timestamp next_ = core::Timestamp::max();
};

}  // namespace repopulse::simulation
