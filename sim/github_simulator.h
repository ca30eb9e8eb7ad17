// A GitHub that lives in memory and virtual time: repositories with their activity, feeds as the Events API shows them,
// limits, and what goes wrong. The same seed and the same requests give the same answers.
//
// It is a Transport: code that polls GitHub runs against it unchanged. It keeps a log of requests, with the breaches of
// GitHub's rules, and knows for each event from when until when the feed showed it. Thread-compatible.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/event.h"
#include "core/time.h"
#include "github/transport.h"
#include "sim/activity.h"
#include "sim/event_json.h"
#include "sim/faults.h"
#include "sim/random.h"
#include "sim/request_log.h"

namespace repopulse::sim {

// Ways of GitHub's that are no faults.
struct Quirks {
  bool two_id_ranges = true;    // pushes, created and deleted branches have much higher ids than all else
  bool ties_move = false;       // events of one second change places from time to time
  double revised = 0;           // share of events whose payload changes once, minutes later
  double strong_304 = 0;        // share of 304s that carry the strong form of the weak ETag
  double silent_304 = 0;        // share of 304s without X-Poll-Interval
  core::Millis latency_min{0};  // from `created_at` to being shown, spread evenly over magnitudes;
  core::Millis latency_max{0};  // GitHub documents 30 s to 6 h
  std::optional<core::EventTime> ids_fall_at;  // from then on ids are lower than all before

  static Quirks as_observed();  // all of them, as often as recordings and reports have them; ids do not fall
};

struct SimulatorSettings {
  std::uint64_t seed = 1;
  std::string base_url = "https://api.github.com";
  std::string required_token;                // empty: any token is a good one
  std::size_t feed_depth = 300;              // events; 264 and 276 have been seen
  core::Millis feed_age{30LL * 86'400'000};  // older events leave the feed
  core::Millis poll_interval{60'000};
  std::int64_t limit_with_token = 5000;  // an hour
  std::int64_t limit_without_token = 60;
  int redirect_status = 301;  // of moved repositories: 301, 302, 307 or 308
  Quirks quirks;
  double fault_rate = 0;      // share of requests that meet a fault
  std::vector<Fault> faults;  // which ones; empty: any
};

// From when until when a repository's feed showed an event.
struct Shown {
  core::EventKey key;
  std::string type;
  core::Timestamp from{};
  std::optional<core::Timestamp> until;  // newer events pushed it out, or it grew too old; nullopt: still there
  bool served = false;                   // it was in an answer, at least once
};

class GitHubSimulator final : public github::Transport {
 public:
  explicit GitHubSimulator(const SimulatorSettings& settings);

  // Never backwards.
  void set_now(core::Timestamp now);
  core::Timestamp now() const { return now_; }

  // --- the world. Names without regard to case ---
  // GitHub's id of the repository; nothing changes when it is there already.
  std::uint64_t add_repository(std::string_view full_name, bool of_organisation = true);
  bool has_repository(std::string_view full_name) const;
  std::vector<std::string> repositories() const;
  // Activity of the past or of the future; the repository is added when it is unknown. What lies in the past is shown
  // from now on.
  void add_events(std::string_view full_name, std::vector<Draft> drafts);
  // The old name redirects from now on, until another repository takes it. False: no such repository.
  bool move_repository(std::string_view from, std::string_view to);
  bool delete_repository(std::string_view full_name);
  // The organisation's own feed answers 404 from now on, as a user's or a private one's does.
  void hide_organisation(std::string_view owner);
  // 451, 403 (terms of service), or 0: not blocked.
  bool block_repository(std::string_view full_name, int status);

  // --- trouble ---
  void set_faults(double rate, std::vector<Fault> faults = {});
  // The next `times` requests meet `fault`.
  void inject(Fault fault, int times = 1);
  void set_base_url(std::string url) { settings_.base_url = std::move(url); }
  void set_poll_interval(core::Millis interval) { settings_.poll_interval = interval; }
  // The quota of the hour that is left, for every token.
  void set_remaining(std::int64_t remaining);

  // --- GitHub ---
  github::HttpResult send(const github::HttpRequest& request) override;
  // The same for a request's path and query.
  github::HttpResult serve(std::string_view target, const github::Headers& headers);
  // The fault that the last request met.
  std::optional<Fault> last_fault() const { return last_fault_; }

  // --- what checkers read ---
  const RequestLog& log() const { return log_; }
  RequestLog& log() { return log_; }
  // In the order in which the feed came to show them; those still to come are left out.
  std::vector<Shown> shown(std::string_view full_name) const;

 private:
  struct Record {
    core::EventKey key;
    std::string type;
    std::string actor;
    std::string recorded;
    std::size_t repository = 0;
    core::Timestamp from{};
    std::optional<core::Timestamp> until;
    std::optional<core::Timestamp> revised_at;
    bool served = false;
    std::string json;  // rendered when first asked for, dropped when the feed drops it
    int json_revision = -1;
  };
  struct Feed {
    std::string name;                 // `repos/owner/name`, `orgs/owner`
    std::string id_path;              // `/repositories/42/events`
    std::vector<std::size_t> newest;  // records, newest first
    std::optional<core::Timestamp> stuck_until;
  };
  struct Repository {
    RepositoryFacts facts;
    Feed feed;
    bool gone = false;
    int blocked = 0;
    std::vector<std::size_t> shown;
  };
  struct Quota {
    std::int64_t limit = 0;
    std::int64_t used = 0;
    core::EventTime reset{};
  };
  struct Query;
  struct Exchange;

  Feed& organisation(std::string_view full_name);
  std::uint64_t draw_id(const Draft& draft);
  void show(std::size_t record);
  void insert(Feed& feed, std::size_t record, bool decides_until);
  void drop_aged(Feed& feed);
  int revision(const Record& record) const;
  const std::string& json(Record& record);
  std::vector<std::size_t> order(const Feed& feed) const;

  Quota& quota(const std::string& token);
  std::optional<Fault> draw_fault();
  void respond(Exchange& exchange);
  bool refuse(Exchange& exchange);
  bool play_refusal(Exchange& exchange);
  void spoil(Exchange& exchange);
  void route(Exchange& exchange);
  void answer_rate_limit(Exchange& exchange);
  void answer_repository(Exchange& exchange, std::size_t repository);
  void answer_feed(Exchange& exchange, Feed& feed);
  void add_rate_headers(Exchange& exchange);
  github::HttpResult finish(Exchange& exchange);

  SimulatorSettings settings_;
  Random random_;
  core::Timestamp now_{};
  std::vector<Record> records_;
  std::vector<Repository> repositories_;
  struct Name {
    std::size_t repository = 0;
    bool moved = false;
  };
  std::map<std::string, Name, std::less<>> names_;
  std::map<std::string, Feed, std::less<>> organisations_;
  std::set<std::string, std::less<>> hidden_organisations_;
  std::multimap<core::Timestamp, std::size_t> pending_;  // records, by when they will be shown
  std::map<std::string, Quota, std::less<>> quotas_;     // by token; empty: without one
  std::vector<Fault> injected_;                          // the last one comes first
  std::optional<Fault> last_fault_;
  std::uint64_t ids_drawn_ = 0;
  RequestLog log_;
};

}  // namespace repopulse::sim
