// The whole service in virtual time: poller, store and windows against a simulated GitHub, with faults on both sides,
// restarts, and an operator who changes things. One seed gives one history.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/time.h"
#include "monitor/monitor.h"
#include "polling/policy.h"
#include "sim/github_simulator.h"
#include "sim/memory_store.h"
#include "sim/random.h"
#include "tests/simulation/watcher.h"
#include "tests/simulation/webhooks.h"

namespace repopulse::simulation {

struct WorldSettings {
  std::uint64_t seed = 1;
  int days = 20;
  int repositories = 4;
  double busiest_per_hour = 30;  // rates are spread evenly over magnitudes below it
  std::string policy = "mean";
  bool with_token = true;
  core::Millis freshness = polling::kDefaultFreshness;
  sim::Quirks quirks = {};
  std::size_t feed_depth = 300;
  double github_faults = 0;        // share of requests
  double store_faults = 0;         // share of calls
  double crashes = 0;              // share of calls to the store in which the process dies
  core::Millis operator_every{0};  // mean time between two acts of the operator; 0: none
  int retention_days = 0;
  bool organisation_feeds = true;
  double flood_per_hour = 0;         // of a repository of the first organisation that nobody watches
  bool hidden_organisation = false;  // the second one's feed answers 404
  bool change_probes = false;
  bool graphql = true;         // GitHub answers probes
  core::Millis lies_every{0};  // mean time between two changes of what GitHub's GraphQL API does wrong; 0: nothing
  WatcherSettings watcher{};
  bool received = false;  // what that account receives may be asked
  WebhookSettings webhooks{};
  bool app = false;                   // tokens of a GitHub App, of an hour
  core::Millis app_trouble_every{0};  // mean time between two changes of what GitHub does to the App; 0: nothing
  int stalled = 0;  // of the repositories: from kStallsFrom on, no request to them is answered in time
};

// After the start of a world.
inline constexpr core::Millis kStallsFrom = std::chrono::hours(3);

class World {
 public:
  explicit World(const WorldSettings& settings);

  // Lives through all days, checks all the way, and lets things calm down at the end.
  void run();
  // What went wrong, a line each, with the time at which it did; empty when all is well.
  const std::vector<std::string>& complaints() const { return complaints_; }
  // For a reader who wonders how much was tried.
  std::string summary() const;
  std::size_t requests() const { return github_.log().requests().size(); }
  std::uint64_t probes() const { return github_.log().probes(); }  // of the requests
  // Polls that were answered, and the time that was spent on those that were not, in the `span` from kStallsFrom on.
  struct Shares {
    std::size_t answered = 0;
    core::Millis unanswered{0};
  };
  Shares shares(core::Millis span) const;

 private:
  struct Watched {
    std::optional<core::Timestamp> since;  // the first good answer after it was added
  };

  void tell_time();
  void boot();
  void live_until(core::Timestamp end);
  void step(core::Timestamp end);
  core::Timestamp after_about(core::Millis mean);
  void hear_webhooks();
  void act();
  void calm_down();
  void stall(bool stalls);
  void check_probe(const github::HttpRequest& request);
  void check_tokens();

  void check_window(const std::string& name);
  void check_all_windows();
  void check_nothing_lost();
  void check_repository(const std::string& name, const Watched& watched);
  void complain(const std::string& what);
  std::string pick();
  bool chance(double probability) { return random_.chance(probability); }

  const WorldSettings settings_;
  sim::Random random_;
  core::Timestamp start_{};
  core::Timestamp now_{};
  core::Timestamp next_act_{};
  core::Timestamp next_lie_ = core::Timestamp::max();
  core::Timestamp next_app_trouble_ = core::Timestamp::max();
  sim::GitHubSimulator github_;
  Watcher watcher_;
  Webhooks webhooks_;
  sim::MemoryStore store_;
  std::unique_ptr<monitor::Monitor> monitor_;
  bool checking_ = false;          // the checker's own calls to the store meet no fault
  std::set<std::string> changed_;  // repositories with news since the last check
  std::map<std::string, Watched> watched_;
  std::vector<std::string> complaints_;
  std::uint64_t app_troubles_ = 0;
  std::uint64_t boots_ = 0;
  std::uint64_t crashes_ = 0;
  std::uint64_t gaps_ = 0;
  std::uint64_t stored_ = 0;
  std::vector<std::pair<core::Timestamp, core::Millis>> stalls_;  // when a request was given up, and what it took
};

}  // namespace repopulse::simulation
