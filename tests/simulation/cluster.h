// Several servers on one store in virtual time: each with its own clock, which may be wrong, step and drift. Servers
// die, sleep and start again; calls of the store fail, take long or end half done; operators and the owners of
// repositories change things through any server; an archive is imported meanwhile. One seed gives one history.
//
// A server that waits for a late call of the store does nothing else; the other servers go on.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.h"
#include "monitor/monitor.h"
#include "polling/policy.h"
#include "sim/github_simulator.h"
#include "sim/memory_store.h"
#include "sim/random.h"
#include "tests/simulation/late_events.h"

namespace repopulse::simulation {

struct ClusterSettings {
  std::uint64_t seed = 1;
  int days = 5;
  int servers = 2;
  int shards = 1;
  int repositories = 4;
  double busiest_per_hour = 30;  // rates are spread evenly over magnitudes below it
  std::string policy = "fixed";
  double github_faults = 0;  // share of requests
  double store_faults = 0;   // share of calls to the store
  double crashes = 0;        // share of calls to the store in which the server dies
  double late_calls = 0;     // share of calls to the store that take long
  core::Millis latest_call = std::chrono::seconds(2);
  core::Millis trouble_every{0};   // mean time between two of: restart, death, sleep, step of a clock; 0: none
  core::Millis longest_sleep{0};   // of a server that is suspended
  core::Millis clock_error{0};     // the most by which a clock is wrong
  core::Millis operator_every{0};  // mean time between two acts of operators
  core::Millis owners_every{0};    // mean time between two acts of the repositories' owners: renames, names given away
  core::Millis imports_every{0};
  core::Millis token_life{
      0};                 // a server's token ends, and the next one comes some minutes before or after; 0: it stays
  bool app = false;       // tokens of a GitHub App, which last that long or an hour; only with one shard
  double late_share = 0;  // of the events of busy repositories: shown late, 30 s to 6 h after they happened
  core::Millis freshness = std::chrono::minutes(5);
  bool organisation_feeds = true;
  bool change_probes = false;
  core::Millis lies_every{0};  // mean time between two changes of what GitHub's GraphQL API does wrong; 0: nothing
};

class Cluster {
 public:
  explicit Cluster(const ClusterSettings& settings);

  // Lives through all days, checks all the way, and lets things calm down at the end.
  void run();
  // What went wrong, a line each, with the time at which it did; empty when all is well.
  const std::vector<std::string>& complaints() const { return complaints_; }
  // For a reader who wonders how much was tried.
  std::string summary() const;
  std::string circumstances() const;
  double server_days() const;

 private:
  // What a subscriber of one process has heard.
  struct Ear {
    std::optional<store::Sequence> from;  // what is stored after it is to be heard
    store::Sequence last = 0;
    store::Sequence checked = 0;
    std::set<std::pair<core::RepoId, core::EventKey>> heard;
  };
  struct Server {
    int number = 0;
    int starts = 0;
    std::unique_ptr<monitor::Monitor> monitor;  // none: it is dead
    core::Millis clock_error{0};
    double drift = 0;  // of the clock, as a share of the time that passes
    core::Timestamp drifts_from{};
    bool busy = false;  // in a call
    core::Timestamp called_at{};
    bool woken = false;
    core::Timestamp sleeps_until{};
    core::Timestamp boot_at{};
    core::Timestamp poll_at{};
    core::Timestamp renew_at{};
    core::Timestamp keep_up_at{};
    core::Timestamp check_at{};
    std::optional<github::HttpResult> answer;  // on its way, there at poll_at
    std::string asked_feed;                    // by the last request
    std::string token;
    int tokens = 0;
    core::Timestamp next_token{};
    Ear ear;
  };
  struct UnderWay {
    const Server* server = nullptr;
    int shard = 0;
    core::Timestamp until{};
  };
  // Of a repository that had the name before: what it showed until it was deleted, and when that was read last.
  struct Former {
    std::vector<sim::Shown> shown;
    core::Timestamp read{};
  };

  core::Timestamp clock_of(const Server& server) const;
  core::Timestamp due(const Server& server) const;

  // --- time ---
  void live_until(core::Timestamp end);
  void pass(core::Millis span);
  void set_now(core::Timestamp now);
  sim::StoreFault meet_fault();
  void answer_late(std::string_view call);
  core::Millis a_while();
  bool act_at(core::Timestamp latest);

  // --- a server's life ---
  void within(Server& server, const std::function<void()>& job);
  void work(Server& server);
  void boot(Server& server);
  void die(Server& server);
  void stop(Server& server);
  void poll(Server& server);
  void send(Server& server, const github::HttpRequest& request);
  void note_question(const std::string& feed);
  void check_probe(const Server& server, const std::vector<std::string>& asked);
  void check_rules(const Server& server, const std::string& feed);
  std::size_t names_of(const std::string& feed);
  void forget_floor(const std::string& name);
  void forget_last_answer(const Server& server);
  void look_at_token(Server& server);
  void hear(Server& server, const store::StoredEvent& event);
  void hear_poll(Server& server, const monitor::PollReport& report);
  void note_looks(const Server& server, const monitor::RepositoryView& polled);
  void note_looks(core::RepoId repository, bool go_on);

  // --- what happens ---
  void make_trouble();
  void operate();
  void own();
  void give_away(const std::string& name);
  void import();
  void calm_down();
  Server* any_server();  // that does nothing now; nullptr: there is none
  std::optional<store::Repository> any_repository();
  void add_activity(const std::string& name, core::Timestamp from);
  core::Timestamp after(core::Millis mean);

  // --- what must hold ---
  void check_waits();
  void check_in_calm();
  void check_end();
  void check_ears(bool all);
  bool all_is_told();
  void check_windows();
  void check_window(const Server& server, const monitor::RepositoryView& view);
  void check_views(const store::Repository& repository);
  void check_kept(const store::Repository& repository);
  std::optional<core::Timestamp> read_at(const std::string& name, core::Timestamp before) const;
  // --- events that became visible late ---
  bool must_be_found(core::RepoId repository, const LateEvents& late, const sim::Shown& event,
                     core::Timestamp read) const;
  bool looks_went_on(core::RepoId repository, core::Timestamp from, core::Timestamp until) const;
  void count_late(const std::vector<sim::Shown>& shown, const std::set<core::EventKey>& stored, const LateEvents& late,
                  const std::function<bool(const sim::Shown&)>& must_be_found);
  void complain(const std::string& what);
  bool chance(double probability) { return random_.chance(probability); }
  bool clocks_agree() const { return settings_.clock_error <= std::chrono::seconds(1); }
  bool all_goes_well() const;

  const ClusterSettings settings_;
  sim::Random random_;
  core::Timestamp start_{};
  core::Timestamp now_{};
  core::Timestamp end_{};
  sim::GitHubSimulator github_;
  sim::MemoryStore store_;
  std::vector<std::unique_ptr<Server>> servers_;
  std::vector<Server*> calling_;  // whose calls are under way, the last one innermost
  bool calm_ = false;             // no faults, no late calls, nobody acts
  bool idle_ = false;             // and for long: servers do little
  bool checking_ = false;         // the checks' own calls of the store meet nothing
  core::Timestamp next_trouble_{};
  core::Timestamp next_operation_{};
  core::Timestamp next_own_{};
  core::Timestamp next_import_{};
  core::Timestamp next_lie_{};
  core::Timestamp next_check_{};
  std::map<std::string, std::vector<Former>> former_;  // by full name
  Server importer_;                                    // a process that has no monitor
  bool acting_ = false;
  int renames_ = 0;
  std::map<int, std::pair<int, int>> polled_by_;   // by shard: which process asked last
  std::map<core::RepoId, core::Timestamp> since_;  // the first good answer
  // When looks for late events began and ended: from each time on, they went on or did not.
  std::map<core::RepoId, std::vector<std::pair<core::Timestamp, bool>>> looks_;
  std::map<std::string, core::Timestamp> waiting_since_;  // by feed: asked last, or activated
  std::vector<UnderWay> under_way_;
  std::map<std::string, core::Timestamp> floor_unknown_until_;  // by feed
  std::size_t breaches_ = 0;                                    // of those that the log has, so many were judged
  static constexpr std::size_t kComplaints = 10;
  std::vector<std::string> complaints_;
  std::uint64_t starts_ = 0;
  std::uint64_t crashes_ = 0;
  std::uint64_t heard_ = 0;
  std::uint64_t gaps_ = 0;
  std::uint64_t late_ = 0;
  std::uint64_t imported_ = 0;
  std::uint64_t shown_late_ = 0;
  std::uint64_t shown_deep_ = 0;   // of those, behind a first page
  std::uint64_t due_deep_ = 0;     // of those, had to be found
  std::uint64_t stored_deep_ = 0;  // and were
};

}  // namespace repopulse::simulation
