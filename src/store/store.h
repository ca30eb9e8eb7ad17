// Where events, repositories, poll state and keys live. One interface, several stores behind it; one conformance suite
// (tests/store) holds for all of them.
//
// Every function may be called from any thread at any time; readers do not wait for writers. A call that fails has
// changed nothing. `kUnavailable` means: the same call may succeed later.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/event.h"
#include "core/feed_state.h"
#include "core/repo_name.h"
#include "core/result.h"
#include "core/time.h"

namespace repopulse::store {

using core::RepoId;
using core::Result;
using core::Status;

// Order in which events were stored, over all repositories; grows, may have holes, starts at 1.
using Sequence = std::int64_t;

struct Repository {
  RepoId id{};
  core::RepoName name;
  bool active = false;
  core::Timestamp added_at{};
  std::uint64_t events_stored = 0;
  std::optional<core::EventTime> last_event_at;
  std::vector<core::Gap> gaps;  // ascending
};

struct NewRepository {
  core::RepoName name;
  bool active = false;
};

struct AddedRepository {
  Repository repository;
  bool created = false;  // false: it was there already, and was activated at most
};

struct StoredEvent {
  Sequence sequence = 0;
  RepoId repository{};
  core::Event event;
};

struct EventFilter {
  std::vector<std::string> types;        // any of them; empty: all
  std::optional<core::EventTime> since;  // created_at >= since
  std::optional<core::EventTime> until;  // created_at <= until
  std::string actor;                     // login without regard to case; empty: all
};

struct EventPage {
  std::vector<std::string> json;  // newest first by (created_at, id), each the bytes that GitHub sent
  std::uint64_t total = 0;        // matching the filter
};

// The events that one poll (or one import) brought for one repository.
struct RepositoryEvents {
  RepoId repository{};
  std::vector<core::Event> events;
};

// The outcome of one poll: written whole, or not at all.
struct PollCommit {
  std::vector<RepositoryEvents> events;                    // known ones among them are passed over
  std::vector<core::FeedState> feeds;                      // put by name
  std::vector<std::pair<RepoId, core::Gap>> gaps;          // added; ones that touch are merged
  std::vector<std::pair<std::string, std::string>> notes;  // small values by name, see Store::notes
  std::optional<std::int64_t> fence;  // the lease's token; a store that knows a higher one of `shard` answers kStale
  int shard = 0;                      // whose lease `fence` is
};

struct CommitReceipt {
  // For each element of PollCommit::events, for each of its events in order: the sequence number it was given, or
  // nullopt where it was known already.
  std::vector<std::vector<std::optional<Sequence>>> inserted;
};

enum class KeyRole { kRead, kAdmin };

// An API key as it is kept: never the key itself.
struct ApiKey {
  std::string id;     // short public name of the key
  std::string label;  // what its owner calls it
  KeyRole role = KeyRole::kRead;
  std::string digest;  // salted hash, raw bytes
  std::string salt;    // raw bytes
  core::Timestamp created_at{};
  friend bool operator==(const ApiKey&, const ApiKey&) = default;
};

// The right to poll a shard of the repositories, while it lasts.
struct Lease {
  int shard = 0;
  std::int64_t fence = 0;  // grows with every change of holder
  core::Timestamp expires_at{};
};

struct HeldLease {
  Lease lease;
  std::string holder;
};

class Store {
 public:
  virtual ~Store() = default;

  // --- repositories ---
  virtual Result<std::vector<Repository>> repositories() = 0;  // by id
  // All or none. One that is there already is activated where it is wanted active, and is left alone where it is not.
  virtual Result<std::vector<AddedRepository>> add_repositories(std::span<const NewRepository> repositories,
                                                                core::Timestamp now) = 0;
  virtual Status set_active(RepoId repository, bool active) = 0;  // kNotFound
  virtual Status remove_repository(RepoId repository) = 0;        // its events, gaps and feed state go too; kNotFound
  // Moves on whenever a repository is added, removed or (de)activated, by whichever process.
  virtual Result<std::int64_t> repositories_revision() = 0;

  // --- polls ---
  virtual Result<std::vector<core::FeedState>> feeds() = 0;
  // For each key the sequence number under which it is stored, or nullopt.
  virtual Result<std::vector<std::optional<Sequence>>> find(RepoId repository,
                                                            std::span<const core::EventKey> keys) = 0;
  // Durable when it returns: a power cut after that loses nothing of it.
  virtual Result<CommitReceipt> commit(const PollCommit& poll) = 0;
  // Takes away what imported history has covered.
  virtual Status replace_gaps(RepoId repository, std::span<const core::Gap> gaps) = 0;
  // Small values by name that are written with a poll: the rate limit's state, the policy's portfolio-wide memory.
  virtual Result<std::vector<std::pair<std::string, std::string>>> notes() = 0;

  // --- events ---
  // The newest `limit` events of a repository by (created_at, id), in no particular order: what a window is loaded
  // from. The views die with the call.
  using WindowVisitor = std::function<void(const core::EventKey&, std::string_view type)>;
  virtual Status visit_newest(RepoId repository, std::size_t limit, const WindowVisitor& visit) = 0;
  // All `created_at` of a repository, ascending, from `since` on: what a model is trained with.
  virtual Result<std::vector<core::EventTime>> arrivals(RepoId repository, core::EventTime since) = 0;
  virtual Result<EventPage> events(RepoId repository, const EventFilter& filter, std::size_t offset,
                                   std::size_t limit) = 0;
  // Oldest first; stops when `visit` says false.
  virtual Status visit_events(RepoId repository, const EventFilter& filter,
                              const std::function<bool(const StoredEvent&)>& visit) = 0;
  // Stored after `after`, in order of storing, at most `limit`: what a stream resumes from.
  virtual Result<std::vector<StoredEvent>> events_after(Sequence after, std::size_t limit) = 0;
  virtual Result<Sequence> last_sequence() = 0;
  // Up to this number every event that will ever have one is visible: where a reader may begin to follow the store. Of
  // several writers, one may store later under lower numbers; events_after() waits for it.
  virtual Result<Sequence> settled_sequence() { return last_sequence(); }
  // Deletes at most `limit` events older than `before`; the number deleted. Call again until it is 0.
  virtual Result<std::size_t> delete_events_before(core::EventTime before, std::size_t limit) = 0;

  // --- keys ---
  virtual Result<std::vector<ApiKey>> keys() = 0;
  virtual Status add_key(const ApiKey& key) = 0;         // kConflict when the id is taken
  virtual Status revoke_key(const std::string& id) = 0;  // kNotFound

  // --- who polls ---
  // Takes or renews the lease on a shard for `holder` until now + ttl; nullopt while another holds it. A store that
  // serves one process only always grants it.
  virtual Result<std::optional<Lease>> acquire_lease(const std::string& holder, int shard, core::Millis ttl,
                                                     core::Timestamp now) = 0;
  virtual Status release_lease(const std::string& holder, int shard) = 0;
  // The last lease of every shard that ever had one, expired ones too. A store that serves one process knows none.
  virtual Result<std::vector<HeldLease>> leases() { return std::vector<HeldLease>(); }

  // Cheap: does the store answer?
  virtual Status ping() = 0;
};

}  // namespace repopulse::store
