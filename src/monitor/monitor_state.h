// What a monitor is made of, for the files of this room alone: round.cc polls, monitor.cc loads and serves, replica.cc
// shares the work with other servers on the same store.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/answer.h"
#include "monitor/leadership.h"
#include "monitor/monitor.h"
#include "monitor/repository_book.h"
#include "monitor/staleness.h"

namespace repopulse::monitor {

inline constexpr std::string_view kTokenNote = "monitor.token";  // whose token the validators belong to

// An answer on its way into the store. It stays here until the store has it.
struct Round {
  core::Answer answer;
  std::optional<polling::Step> step;
  store::PollCommit commit;
  core::Millis took{0};  // until it came
  int tries = 0;
  core::Timestamp retry_at{};
};

// What subscribers are to hear, gathered under the lock and told without it.
struct News {
  std::vector<std::pair<store::StoredEvent, core::RepoName>> events;
  std::vector<std::shared_ptr<const RepositoryView>> statistics;
  std::vector<PollReport> polls;
};

// What this server knows of the others on its store.
struct Replica {
  Replica(store::Store& store, const ReplicaSettings& settings) : leadership(store, settings.holder, settings.shards) {}

  Leadership leadership;
  // Guarded by State::mutex.
  std::map<int, std::int64_t> polled;  // shards whose feeds are under watch, with the fence of the term
  std::set<store::Sequence> folded;    // stored by this server, and not told to subscribers yet
  std::uint64_t erased = 0;            // repositories that this server removed
  // Of the thread that keeps up.
  store::Sequence cursor = 0;      // events up to it are folded and told
  store::Sequence counted = 0;     // events up to it are in the counts of the repositories
  std::int64_t revision = -1;      // of the repositories, as they are known here
  core::Timestamp next_refresh{};  // of the repositories, even if the revision stays
  core::Timestamp next_feeds{};    // of the poll state that other servers write
};

struct Monitor::State {
  State(store::Store& the_store, std::unique_ptr<polling::Policy> policy, const MonitorSettings& the_settings);

  // --- loading ---
  core::Status load(core::Timestamp now);
  core::Status load_notes();
  core::Result<core::Window> load_window(core::RepoId id) const;
  void watch(const RepositoryView& view, core::Timestamp now);
  void unwatch(const RepositoryView& view, core::Timestamp now);
  void remember_organisations(std::span<const core::FeedState> feeds);

  // --- one round ---
  Action decide(core::Timestamp now);
  bool learn(const std::string& feed, core::Timestamp now);
  void learn_before_asking(const std::string& feed, core::Timestamp now);
  void settle(core::Timestamp now, News& news);
  core::Status look_up_and_absorb(core::Timestamp now);
  core::Status look_up(const std::string& feed, polling::Known& known) const;
  void know_expired(polling::Known& known, core::Timestamp now) const;
  std::map<core::RepoId, std::vector<std::size_t>> by_repository(const std::string& feed) const;
  void build_commit(const std::string& feed);
  void store_failed(const core::Error& error, core::Timestamp now);
  void fold(const store::CommitReceipt& receipt, core::Timestamp now, News& news);
  void fold_batch(store::RepositoryEvents& batch, const std::vector<std::optional<store::Sequence>>& sequences,
                  core::Timestamp now, PollReport& report, News& news);
  void show_feed(const std::string& feed, bool poll_finished, core::Timestamp now);
  void describe(PollReport& report, core::Timestamp now) const;
  void finish_round() { round.reset(); }

  // --- with other servers on one store (replica.cc) ---
  bool polls(std::string_view feed) const;  // this server, now
  bool may_ask(core::Timestamp now) const;
  void stamp(store::PollCommit& commit) const;
  void lose(std::string_view feed, core::Timestamp now);  // the store refused a write about it
  void drop(int shard, core::Timestamp now);
  core::Status keep_up(core::Timestamp now);
  core::Status follow_leases(core::Timestamp now);
  core::Status gain(const std::map<int, std::int64_t>& shards, core::Timestamp now);
  core::Status take_over(const std::map<int, std::int64_t>& shards, core::Timestamp now);
  core::Status follow_repositories(core::Timestamp now);
  core::Status refresh(bool with_feeds, core::Timestamp now);
  core::Status reconcile(const store::Repository& stored, const core::FeedState* feed, std::uint64_t seen,
                         core::Timestamp now);
  void erase_missing(const std::vector<store::Repository>& stored, std::uint64_t seen, core::Timestamp now);
  core::Status follow_events(core::Timestamp now);
  void fold_foreign(std::span<const store::StoredEvent> events, News& news);

  // --- the rest ---
  core::Status check_limit(std::span<const store::NewRepository> repositories) const;
  void enter(const store::Repository& repository, core::Timestamp now);
  core::Status activate(const RepositoryView& view, core::Timestamp now);
  void awaken(const RepositoryView& view, core::Timestamp now);
  core::Result<std::vector<store::AddedRepository>> add(std::span<const store::NewRepository> repositories,
                                                        core::Timestamp now);
  void sweep(core::Timestamp now);
  // Older events are deleted; nullopt: none are.
  std::optional<core::EventTime> kept_since(core::Timestamp now) const;
  void publish(core::Timestamp now);
  PollerView poller_view(core::Timestamp now) const;
  std::shared_ptr<const Snapshot> current() const;
  void tell(const News& news) const;
  void wake() const;
  void call_stored() const;

  store::Store& store;
  MonitorSettings settings;  // constant, but for the token
  const core::WindowRule rule;

  // Guards the token and all down to `staleness`. Held while the store writes, never while GitHub is asked.
  mutable std::mutex mutex;
  polling::Poller poller;
  RepositoryBook book;
  std::shared_ptr<const std::vector<core::FeedState>> organisations =
      std::make_shared<const std::vector<core::FeedState>>();  // as the last snapshot shows them
  std::uint64_t organisations_version = 0;
  std::unique_ptr<Replica> replica;  // null: this server is alone on its store
  std::optional<Round> round;
  std::string forgotten_token;  // the fingerprint in the store when it is another than ours
  store::Sequence last_sequence = 0;
  core::Timestamp asked_at{};
  core::Timestamp started_at{};
  core::Timestamp next_sweep{};
  core::Timestamp next_learning{};  // after the store failed to give a history
  std::string store_trouble;        // empty: the store's last word was good
  bool ready = false;
  std::uint64_t version = 0;
  Staleness staleness;

  mutable std::mutex snapshot_mutex;
  std::shared_ptr<const Snapshot> snapshot;

  mutable std::mutex subscribers_mutex;
  std::map<std::uint64_t, Subscriber> subscribers;
  std::uint64_t last_subscription = 0;
  std::function<void()> waker;
  std::function<void()> stored_waker;
};

}  // namespace repopulse::monitor
