// The service itself: asks GitHub, stores, folds into windows, publishes a snapshot, tells subscribers.
//
// One thread drives it: it calls next(), sends the request, calls absorb(). Everything else may be called from any
// thread at any time. No clock, no network: `now` comes in.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "github/events_api.h"
#include "monitor/snapshot.h"
#include "polling/poller.h"
#include "store/store.h"

namespace repopulse::monitor {

// One server of several on one store: it polls the shards whose leases it holds, and serves everything.
struct ReplicaSettings {
  std::string holder;  // unlike every other server's, and every earlier process's
  int shards = 1;      // the same for all servers, at most kShardsMax
};

struct MonitorSettings {
  github::ApiRoot github;
  core::WindowRule window;
  std::size_t max_active = 5;
  int retention_days = 0;  // 0: keep all
  core::Millis freshness{300'000};
  bool organisation_feeds = true;  // one request for several repositories of an organisation, where that is cheaper
  std::uint64_t seed = 1;
  std::optional<ReplicaSettings> replica;  // none: this server is alone on its store and always polls
  std::string token_fingerprint;  // tells one token from another without being it: validators belong to a token
};

// What subscribers hear, in order. Called on the thread that made the change; must not block or call back.
struct PollReport {
  std::string feed;
  std::string repository;  // full name; empty for an organisation's feed
  core::Timestamp at{};
  std::string outcome;  // core::to_string(AnswerKind)
  int status = 0;
  std::size_t new_events = 0;
  std::size_t malformed = 0;  // entries that were no events, and are not stored
  bool not_modified = false;
  std::optional<core::Timestamp> next_poll_at;
  std::string detail;
  core::Millis took{0};             // from the request to the answer
  std::vector<core::Millis> waits;  // of each new event at GitHub, created_at to stored; none at a first contact
};
struct Subscriber {
  std::function<void(const store::StoredEvent&, const core::RepoName&)> on_event;  // after it is stored
  std::function<void(std::shared_ptr<const RepositoryView>)> on_statistics;        // a window changed
  std::function<void(const PollReport&)> on_poll;
};

struct Wait {
  core::Timestamp until;
};
using Action = std::variant<Wait, github::HttpRequest>;

class Monitor {
 public:
  // The store must outlive the monitor.
  Monitor(store::Store& store, std::unique_ptr<polling::Policy> policy, const MonitorSettings& settings);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  // Loads repositories, poll state and windows. To be called once, before everything else but snapshot().
  core::Status start(core::Timestamp now);

  // --- the driver's thread ---
  Action next(core::Timestamp now);
  void absorb(const github::HttpResult& result, core::Timestamp now);

  // --- any thread ---
  // All or none; `active` ones count against the limit (kConflict). Written to the store before it returns.
  core::Result<std::vector<store::AddedRepository>> add(std::span<const store::NewRepository> repositories,
                                                        core::Timestamp now);
  core::Result<std::shared_ptr<const RepositoryView>> set_active(std::string_view full_name, bool active,
                                                                 core::Timestamp now);
  core::Status remove(std::string_view full_name, core::Timestamp now);
  // From the next request on another token is sent. Validators stay: where they do not hold with it, GitHub says so.
  void renew_token(std::string token, std::string fingerprint, core::Timestamp now);
  std::shared_ptr<const Snapshot> snapshot() const;

  // --- one thread at a time, of its own: it waits for the store (MonitorSettings::replica; else nothing is done) ---
  // Renews the right to poll, and takes over what other servers have stored and changed. To be called twice a second,
  // and when on_stored() says so. Errors are the store's, and shown in the snapshot as well.
  core::Status keep_up(core::Timestamp now);
  // Gives the right to poll back, so that another server takes over at once. After the driver's thread has ended.
  core::Status stand_down();

  // Called, on whatever thread, when next() should be asked again earlier than it said.
  void on_wake(std::function<void()> wake);
  // Called, on whatever thread, when keep_up() should be called soon: subscribers wait for what was stored.
  void on_stored(std::function<void()> stored);
  std::uint64_t subscribe(Subscriber subscriber);
  void unsubscribe(std::uint64_t subscription);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace repopulse::monitor
