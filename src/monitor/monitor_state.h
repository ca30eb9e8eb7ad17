// What a monitor is made of, for the files of this room alone: monitor.cc polls and serves, replica.cc shares the work
// with other servers on the same store.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/answer.h"
#include "monitor/monitor.h"
#include "monitor/repository_book.h"
#include "monitor/staleness.h"

namespace repopulse::monitor {

// An answer on its way into the store. It stays here until the store has it.
struct Round {
  core::Answer answer;
  std::optional<polling::Step> step;
  store::PollCommit commit;
  int tries = 0;
  core::Timestamp retry_at{};
};

// What subscribers are to hear, gathered under the lock and told without it.
struct News {
  std::vector<std::pair<store::StoredEvent, core::RepoName>> events;
  std::vector<std::shared_ptr<const RepositoryView>> statistics;
  std::vector<PollReport> polls;
};

struct Monitor::State {
  State(store::Store& the_store, std::unique_ptr<polling::Policy> policy, const MonitorSettings& the_settings);

  // --- loading ---
  core::Status load(core::Timestamp now);
  core::Status load_notes();
  core::Result<core::Window> load_window(core::RepoId id) const;
  core::Status watch(const RepositoryView& view, core::Timestamp now);

  // --- one round ---
  Action decide(core::Timestamp now);
  void settle(core::Timestamp now, News& news);
  core::Status look_up_and_absorb(core::Timestamp now);
  void build_commit(const RepositoryView& view);
  void store_failed(const core::Error& error, core::Timestamp now);
  void fold(const store::CommitReceipt& receipt, core::Timestamp now, News& news);
  void report(const RepositoryView& view, std::size_t new_events, core::Timestamp now, News& news) const;
  void finish_round() { round.reset(); }

  // --- the rest ---
  core::Status check_limit(std::span<const store::NewRepository> repositories) const;
  void enter(const store::Repository& repository, core::Timestamp now);
  core::Status activate(const RepositoryView& view, core::Timestamp now);
  void sweep(core::Timestamp now);
  void publish(core::Timestamp now);
  PollerView poller_view(core::Timestamp now) const;
  std::shared_ptr<const Snapshot> current() const;
  void tell(const News& news) const;
  void wake() const;

  store::Store& store;
  const MonitorSettings settings;
  const core::WindowRule rule;

  // Guards all down to `staleness`. Held while the store writes, never while GitHub is asked.
  mutable std::mutex mutex;
  polling::Poller poller;
  RepositoryBook book;
  std::optional<Round> round;
  std::string forgotten_token;  // the fingerprint in the store when it is another than ours
  store::Sequence last_sequence = 0;
  core::Timestamp asked_at{};
  core::Timestamp started_at{};
  core::Timestamp next_sweep{};
  std::string store_trouble;  // empty: the store's last word was good
  bool ready = false;
  std::uint64_t version = 0;
  Staleness staleness;

  mutable std::mutex snapshot_mutex;
  std::shared_ptr<const Snapshot> snapshot = std::make_shared<const Snapshot>();

  mutable std::mutex subscribers_mutex;
  std::map<std::uint64_t, Subscriber> subscribers;
  std::uint64_t last_subscription = 0;
  std::function<void()> waker;
};

}  // namespace repopulse::monitor
