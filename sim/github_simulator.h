// A simulated GitHub in memory and virtual time: repositories with activity, feeds in the form of the Events API, what
// its GraphQL API knows of repositories, rate limits and faults. The same seed and the same requests give the same
// answers. It uses no network, no clock and no file.
//
// It is a Transport, so code that polls GitHub runs against it unchanged. It logs all requests and violations of
// GitHub's rules, and it knows when each event was in its feed. Thread-compatible.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/event.h"
#include "core/time.h"
#include "github/transport.h"
#include "sim/activity.h"
#include "sim/event_json.h"
#include "sim/faults.h"
#include "sim/github_app.h"
#include "sim/probe_state.h"
#include "sim/random.h"
#include "sim/request_log.h"

namespace repopulse::sim {

struct Exchange;

// Behaviour of the real GitHub that surprises clients but is not a fault.
struct Quirks {
  bool two_id_ranges = true;    // pushes, created and deleted branches have much higher ids than other events
  bool ties_move = false;       // events of the same second change their order from time to time
  double revised = 0;           // share of events whose payload changes once, minutes later
  double strong_304 = 0;        // share of 304s that carry the strong form of the weak ETag
  double silent_304 = 0;        // share of 304s without X-Poll-Interval
  core::Millis latency_min{0};  // from `created_at` to being shown, spread evenly over magnitudes;
  core::Millis latency_max{0};  // GitHub documents 30 s to 6 h
  std::optional<core::EventTime> ids_fall_at;  // from then on, ids are lower than all earlier ones

  static Quirks as_observed();  // all of them, as often as in recordings and reports; ids do not fall
};

struct SimulatorSettings {
  std::uint64_t seed = 1;
  std::string base_url = "https://api.github.com";
  std::string required_token;                // empty: any token is accepted
  std::size_t feed_depth = 300;              // events; real feeds had 264 and 276
  core::Millis feed_age{30LL * 86'400'000};  // older events leave the feed
  core::Millis poll_interval{60'000};
  std::int64_t limit_with_token = 5000;  // requests per hour
  std::int64_t limit_without_token = 60;
  std::int64_t limit_of_points = 5000;  // of GraphQL, per hour
  int redirect_status = 301;            // of moved repositories: 301, 302, 307 or 308
  Quirks quirks;
  double fault_rate = 0;      // share of requests that get a fault
  std::vector<Fault> faults;  // which ones; empty: any
};

// What the list of an owner's repositories says of one of them.
struct RepositoryMarks {
  bool archived = false;
  bool fork = false;
  bool hidden = false;  // private: it is not in the list
};

// When an event was in the feed of its repository.
struct Shown {
  core::EventKey key;
  std::string type;
  core::Timestamp from{};
  std::optional<core::Timestamp> until;  // newer events pushed it out, or it became too old; nullopt: still there
  bool served = false;                   // it was in at least one answer
};

// An event at the moment at which it happens, whether or not its feed shows it yet.
struct Happened {
  core::EventKey key;
  std::string type;
  std::string actor;
  std::string full_name;  // of its repository
  std::uint64_t repository = 0;
};

class GitHubSimulator final : public github::Transport {
 public:
  explicit GitHubSimulator(const SimulatorSettings& settings);

  // Time never goes backwards.
  void set_now(core::Timestamp now);
  // `happens` is called for each event from now on: those of the past, which were added late, are not told.
  void on_event(std::function<void(const Happened&)> happens) { happens_ = std::move(happens); }
  core::Timestamp now() const { return now_; }

  // --- repositories; names are case-insensitive ---
  // Returns GitHub's id of the repository. Has no effect if it already exists.
  std::uint64_t add_repository(std::string_view full_name, bool of_organisation = true);
  bool has_repository(std::string_view full_name) const;
  std::vector<std::string> repositories() const;
  // Adds activity of the past or the future, and the repository if needed. Past events are in the feed from now on.
  void add_events(std::string_view full_name, std::vector<Draft> drafts);
  // From now on the old name redirects, until another repository takes it. False: the repository does not exist.
  bool move_repository(std::string_view from, std::string_view to);
  // Nothing more happens in it. Its name is free: add_repository() gives it to another one.
  bool delete_repository(std::string_view full_name);
  // From now on the feed of the organisation answers 404, as for a user or a private organisation.
  void hide_organisation(std::string_view owner);
  // From now on, in the list of its owner's repositories. False: the repository does not exist.
  bool mark_repository(std::string_view full_name, RepositoryMarks marks);
  bool is_archived(std::string_view full_name) const;
  // From now on nobody has this login, as far as lists of repositories tell, until a repository of that owner is added.
  void remove_owner(std::string_view login);
  // 451, 403 (terms of service), or 0: not blocked.
  bool block_repository(std::string_view full_name, int status);
  // From now on, or no longer: requests to its feed get no answer until the client gives up. Virtual time does not pass
  // by itself: the caller lets the request's time limit pass where last_fault() is kTimeout.
  bool stall_repository(std::string_view full_name, bool stalls);

  // --- accounts that watch; logins are case-insensitive ---
  // From now on the account receives what is shown of the repository, whatever its name becomes: all kinds of events
  // but those that core::is_received() denies. An account comes into being when it first watches. False: the repository
  // does not exist.
  bool watch(std::string_view login, std::string_view full_name);
  // All repositories, later ones too.
  void watch_all(std::string_view login);
  // What it has received stays. False: it did not watch it.
  bool unwatch(std::string_view login, std::string_view full_name);
  // Does it watch the repository that the name leads to?
  bool is_watched(std::string_view login, std::string_view full_name) const;
  // From now on, until another takes its place. False: the account does not exist.
  bool spoil_account(std::string_view login, AccountFault fault);

  // --- faults ---
  void set_faults(double rate, std::vector<Fault> faults = {});
  // The next `times` requests get `fault`.
  void inject(Fault fault, int times = 1);
  void set_base_url(std::string url) { settings_.base_url = std::move(url); }
  void set_poll_interval(core::Millis interval) { settings_.poll_interval = interval; }
  // From `at` on, the token is refused with 401.
  void end_token(std::string token, core::Timestamp at);
  // From now on the tokens that this App makes are accepted, and no others but `required_token`.
  void set_app(const AppSettings& app) { app_.emplace(app, settings_.seed); }
  GitHubApp& app() { return *app_; }  // only where there is one
  bool has_app() const { return app_.has_value(); }
  // Sets the quota that is left in this hour, for every token.
  void set_remaining(std::int64_t remaining);

  // --- the GraphQL API ---
  // Executes a query as sim/graphql does: from {"request", "world"} to {"cost", "body"}; nullopt: it is out of order.
  using Executor = std::function<std::optional<std::string>(const std::string& task)>;
  // Until there is one, GitHub has no GraphQL API, as an old Enterprise has none.
  void set_executor(Executor executor) { executor_ = std::move(executor); }
  // From now on. False: the repository does not exist.
  bool lie_about(std::string_view full_name, Lie lie);
  // The next `times` GraphQL requests get `fault`.
  void inject_into_graphql(Fault fault, int times = 1);
  // Sets the points that are left in this hour, for every token.
  void set_remaining_points(std::int64_t remaining);

  // --- GitHub ---
  github::HttpResult send(const github::HttpRequest& request) override;
  // The same for a request's path and query. `body`: of a POST; nullopt: it is a GET.
  github::HttpResult serve(std::string_view target, const github::Headers& headers,
                           const std::optional<std::string>& body = std::nullopt);
  // The fault of the last request.
  std::optional<Fault> last_fault() const { return last_fault_; }

  // --- for checks ---
  const RequestLog& log() const { return log_; }
  RequestLog& log() { return log_; }
  // In the order in which they appeared in the feed, without future ones.
  std::vector<Shown> shown(std::string_view full_name) const;
  // GitHub's id of the repository that the name leads to; 0: none.
  std::uint64_t number_of(std::string_view full_name) const;
  // The feed that the name leads to, by its present name, as the log has it; empty: none.
  std::string feed_of(std::string_view full_name) const;
  // The events of a stretch that were shown by now, as an archive has them.
  std::vector<core::Event> recorded(std::string_view full_name, core::EventTime from, core::EventTime until);

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
    std::string name;                 // `repos/owner/name`, `orgs/owner`, `users/login`
    std::string id_path;              // `/repositories/42/events`, `/user/42/received_events`
    std::vector<std::size_t> newest;  // records, newest first
    std::optional<core::Timestamp> stuck_until;
  };
  struct Repository {
    RepositoryFacts facts;
    Feed feed;
    bool gone = false;
    int blocked = 0;
    bool stalls = false;
    RepositoryMarks marks;
    std::vector<std::size_t> shown;
    ProbeState state;
    Lie lie = Lie::kNone;
    ProbeState frozen;  // kStuck: as it was when that began
  };
  struct Account {
    Feed feed;
    std::set<std::size_t> watched;  // repositories
    bool watches_all = false;       // later ones too
    AccountFault fault = AccountFault::kNone;
    bool receives(const Record& record) const;
  };
  struct Quota {
    std::int64_t limit = 0;
    std::int64_t used = 0;
    core::EventTime reset{};
  };

  Feed& organisation(std::string_view full_name);
  Account& account(std::string_view login);
  // The repository that has the name and is there.
  std::optional<std::size_t> present(std::string_view full_name) const;
  std::uint64_t draw_id(const Draft& draft);
  void show(std::size_t record);
  void insert(Feed& feed, std::size_t record, bool decides_until);
  void drop_aged(Feed& feed);
  int revision(const Record& record) const;
  const std::string& json(Record& record);
  std::vector<std::size_t> order(const Feed& feed) const;

  Quota& quota(const std::string& token);
  Quota& points(const std::string& token);
  std::optional<Fault> draw_fault(bool of_graphql);
  void respond(Exchange& exchange);
  bool refuse(Exchange& exchange);
  bool accepts_token(Exchange& exchange) const;
  void answer_app(Exchange& exchange);
  void route(Exchange& exchange);
  void answer_rate_limit(Exchange& exchange);
  void answer_repository(Exchange& exchange, std::size_t repository);
  void answer_account(Exchange& exchange, std::string_view path);
  static bool is_listing(std::string_view path);
  void answer_listing(Exchange& exchange, std::string_view path);
  void answer_feed(Exchange& exchange, Feed& feed);
  void answer_graphql(Exchange& exchange);
  std::string task_for(const Exchange& exchange);
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
  std::map<std::string, Account, std::less<>> accounts_;  // by login
  std::set<std::string, std::less<>> owners_;             // logins that own or owned a repository
  std::multimap<core::Timestamp, std::size_t> pending_;   // records, by when they will be shown
  // Records, by when they change what the GraphQL API shows.
  std::multimap<core::Timestamp, std::size_t> happening_;
  std::function<void(const Happened&)> happens_;
  std::map<std::string, Quota, std::less<>> quotas_;  // by token; empty: without one
  std::map<std::string, Quota, std::less<>> points_;  // of GraphQL, likewise
  std::map<std::string, core::Timestamp, std::less<>> token_ends_;
  std::vector<Fault> injected_;          // the last one comes first
  std::vector<Fault> injected_graphql_;  // likewise
  Executor executor_;
  std::optional<GitHubApp> app_;
  std::int64_t lies_told_ = 0;
  std::optional<Fault> last_fault_;
  std::uint64_t ids_drawn_ = 0;
  std::unordered_set<std::uint64_t> ids_;  // that were drawn
  RequestLog log_;
};

}  // namespace repopulse::sim
