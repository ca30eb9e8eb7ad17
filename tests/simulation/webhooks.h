// Webhooks of a simulated world: they tell of events late, twice, out of order, or not at all, and stop at times. They
// draw random numbers of their own, so that all else in a history stays as it is without them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/time.h"
#include "sim/github_simulator.h"
#include "sim/random.h"

namespace repopulse::simulation {

struct WebhookSettings {
  double share = 0;  // of the events of which they tell; 0: there are none
  double twice = 0;  // of these, which they tell twice
  core::Millis longest_delay{0};
  core::Millis trouble_every{0};  // mean time between two changes: they stop, or come again; 0: nothing changes
};

class Webhooks {
 public:
  struct Delivery {
    std::string full_name;
    std::uint64_t repository = 0;  // GitHub's number
    std::string kind;              // of the event
  };

  // `github` must outlive it, and tells it alone what happens.
  Webhooks(sim::GitHubSimulator& github, const WebhookSettings& settings, std::uint64_t seed, core::Timestamp from);
  bool exist() const { return settings_.share > 0; }
  // Those that are due by then.
  std::vector<Delivery> take(core::Timestamp now);
  void calm_down();  // they tell of all, and nothing changes any more
  std::uint64_t told() const { return told_; }

 private:
  void hear(const sim::Happened& event);
  void change(core::Timestamp now);

  WebhookSettings settings_;
  sim::Random random_;
  std::multimap<core::Timestamp, Delivery> under_way_;
  core::Timestamp next_change_ = core::Timestamp::max();
  bool stopped_ = false;
  std::uint64_t told_ = 0;
};

}  // namespace repopulse::simulation
