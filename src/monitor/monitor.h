// The service itself: asks GitHub, stores, folds events into windows, publishes a snapshot, tells subscribers.
//
// One thread drives it: it calls next(), sends the request, calls absorb(). Everything else may be called from any
// thread at any time. It has no clock and no network: `now` comes in, requests go out as values.
//
// This is the face alone. The work is done by Round, Retention, Follower and Changes, which share a Board.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/hint.h"
#include "core/result.h"
#include "core/time.h"
#include "core/window.h"
#include "github/app_key.h"
#include "github/events_api.h"
#include "monitor/action.h"
#include "monitor/added.h"
#include "monitor/lease_times.h"
#include "monitor/snapshot.h"
#include "monitor/subscriber.h"
#include "polling/policy.h"
#include "store/store.h"

namespace repopulse::monitor {

// One server of several on one store: it polls the shards whose leases it holds, and serves everything.
struct ReplicaSettings {
  std::string holder;      // unlike every other server's, and every earlier process's
  int shards = 1;          // the same for all servers, at most kShardsMax
  SteadyClock clock = {};  // by which slow calls of the store delay no renewal; may be empty in virtual time
};

inline constexpr std::size_t kDefaultMaxActive = 5;

struct MonitorSettings {
  github::ApiRoot github;
  core::WindowRule window;
  core::BotPatterns bots;                      // whose events are those of robots
  std::size_t max_active = kDefaultMaxActive;  // repositories
  int retention_days = 0;                      // 0: keep all
  core::Millis freshness = polling::kDefaultFreshness;
  bool organisation_feeds = true;  // one request for several repositories of an organisation, where that is cheaper
  // The login of an account that watches the repositories: what it receives may be asked in their place. Empty: none.
  // Only where this server is alone on its store.
  std::string received_by = {};
  bool change_probes = false;  // one request tells for many repositories whether there is news; needs a token
  std::uint64_t seed = 1;
  std::optional<ReplicaSettings> replica;  // none: this server is alone on its store and always polls
  // Tells one token from another without being it: validators belong to a token. Of all tokens of an App's installation
  // it is the same, since they see the same and share their limits.
  std::string token_fingerprint;
  std::optional<github::App> app = {};  // requests carry tokens of this App's installation, in place of `github.token`
};

class Monitor {
 public:
  // The store must outlive the monitor.
  Monitor(store::Store& store, std::unique_ptr<polling::Policy> policy, const MonitorSettings& settings);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  // Loads repositories, poll state and windows. To be called once, before everything else but snapshot(). Errors are
  // the store's.
  core::Status start(core::Timestamp now);

  // --- the poller's thread ---
  // What to do: send a request, or call again later.
  Action next(core::Timestamp now);
  // The result of the request that the last next() gave. It may be called later, but not without such a request.
  void absorb(const github::HttpResult& result, core::Timestamp now);

  // --- any thread: changes by people, written to the store before they return ---
  // Errors beside the store's: kNotFound for a repository that is not known, kConflict when the limit of active
  // repositories is reached. Nothing has changed then.

  // All of them or none. One that is there already is activated if it is wanted active, and else left as it is.
  core::Result<std::vector<store::AddedRepository>> add(std::span<const store::NewRepository> repositories,
                                                        core::Timestamp now);
  // The same with owners, whose public repositories are added, later ones too: see changes.h.
  core::Result<Added> add(std::span<const store::NewRepository> repositories, std::span<const NewOwner> owners,
                          core::Timestamp now);
  core::Status set_owner_active(std::string_view login, bool active, core::Timestamp now);
  core::Status remove_owner(std::string_view login, core::Timestamp now);
  core::Status ask_owner_soon(std::string_view login, core::Timestamp now);
  core::Result<std::shared_ptr<const RepositoryView>> set_active(std::string_view full_name, bool active,
                                                                 core::Timestamp now);
  core::Status remove(std::string_view full_name, core::Timestamp now);
  // A person wants the repository asked, as soon as the floor and the quota permit. kConflict: it is not active. Where
  // another server polls it, that one hears of it through the store within a second.
  core::Result<std::shared_ptr<const RepositoryView>> ask_soon(std::string_view full_name, core::Timestamp now);
  // A message from outside says that the repository may have news: by its name, else by GitHub's number (0: not known).
  // False: no such repository is active. Only the store's errors.
  core::Result<bool> hint(std::string_view full_name, std::uint64_t github_id, const core::Hint& hint,
                          core::Timestamp now);
  // The next request carries this token. Validators stay: where they do not hold with it, GitHub says so.
  void renew_token(std::string token, std::string fingerprint, core::Timestamp now);
  // The key of the GitHub App was replaced. Tokens that were made with the last one hold on.
  void renew_app_key(github::AppKey key, core::Timestamp now);

  // --- any thread: settings that change while it runs; see tuning.h ---
  core::Status set_bots(core::BotPatterns bots, core::Timestamp now);
  void set_freshness(core::Millis freshness, core::Timestamp now);
  // How many repositories may be active. Where more are, they stay so.
  void set_max_active(std::size_t repositories);

  // --- any thread: reading and hearing ---
  std::shared_ptr<const Snapshot> snapshot() const;  // never null; waits for nothing
  // Returns the number with which the subscription is ended.
  std::uint64_t subscribe(Subscriber subscriber);
  // When it returns, the subscriber is called no more.
  void unsubscribe(std::uint64_t subscription);
  // `wake` is called, on whatever thread, when next() should be called earlier than it said.
  void on_wake(std::function<void()> wake);
  // `stored` is called, on whatever thread, when keep_up() should be called soon: subscribers wait for what was stored.
  void on_stored(std::function<void()> stored);

  // --- one thread at a time, which waits for the store (with MonitorSettings::replica; else nothing is done) ---
  // Renews and shares out the leases, and takes over what other servers have stored and changed. To be called twice a
  // second, and when on_stored() says so. Errors are the store's, and readers of the snapshot see them too.
  core::Status keep_up(core::Timestamp now);
  // Renews the leases alone, beside the thread of keep_up(), which may take long. To be called twice a second. An error
  // is the store's: the leases last for some seconds without.
  core::Status renew_leases(core::Timestamp now);
  // Writes a little where nothing was written lately, so that readers see a store that takes no writes. To be called
  // every few seconds, with or without MonitorSettings::replica.
  core::Status check_store(core::Timestamp now);
  // Gives all leases back, so that other servers poll at once. After the last call of absorb().
  core::Status release_leases();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace repopulse::monitor
