// A store that lives in memory: the model that the real stores are compared with, and the store of simulations in
// virtual time. Several monitors may share one, as several servers share a database: its leases are exclusive.
//
// What a call has written is durable: a simulated crash ends the caller, and loses only what was not written yet. It
// can write in steps, as a database on the network that several servers share does. It reads no clock and touches no
// disk.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "store/store.h"

namespace repopulse::sim {

// What happens to one call.
enum class StoreFault {
  kNone,
  kUnavailable,  // it fails with kUnavailable and has changed nothing
  kCrashBefore,  // Crash is thrown, nothing was written
  kCrashAfter,   // Crash is thrown after the call's work was written: the caller never learns of it
};

// Thrown through the code under test up to the simulation. Not a std::exception: no code on the way may handle it as an
// error.
struct Crash {};

class MemoryStore final : public store::Store {
 public:
  // Asked at the start of each call, with the name of the function; kNone from then on when empty. It may call the
  // store itself: that is what another server does just before.
  using FaultSource = std::function<StoreFault(std::string_view call)>;
  void set_faults(FaultSource faults);
  // The next `calls` calls answer kUnavailable. Replaces the fault source.
  void fail_next(int calls);
  // Called at the end of each call, after its work and before its caller learns of it: what a late answer is.
  using EndListener = std::function<void(std::string_view call)>;
  void on_end(EndListener listener);

  // From now on, what the store of several servers allows (src/store/mongo): a commit is written in steps, its events
  // can be found before they can be followed, and a commit that fails may have stored events. What a commit takes
  // longer for than kWriterTimeout is followed under other numbers. A change of the list is made first and announced in
  // a later step, which may never come.
  struct Steps {
    std::function<core::Timestamp()> clock;                              // the database's
    std::function<StoreFault(std::string_view call, int step)> between;  // asked before each step but the first
  };
  static constexpr core::Millis kWriterTimeout{10'000};
  void write_in_steps(Steps steps);

  // From now on the list changes as by a server of an earlier version: nobody writes down what changed.
  void note_no_changes() { notes_changes_ = false; }

  core::Result<std::vector<store::Repository>> repositories() override;
  core::Result<std::vector<store::Repository>> repositories_of(std::span<const core::RepoId> repositories) override;
  core::Result<std::vector<store::AddedRepository>> add_repositories(std::span<const store::NewRepository> repositories,
                                                                     core::Timestamp now) override;
  core::Status set_active(core::RepoId repository, bool active) override;
  core::Status remove_repository(core::RepoId repository) override;
  core::Result<store::ListChanges> list_changes(std::int64_t since) override;
  core::Result<std::vector<store::Owner>> owners() override;
  core::Result<store::Owner> add_owner(const store::Owner& owner) override;
  core::Result<store::Owner> update_owner(const store::Owner& owner) override;
  core::Status remove_owner(const core::OwnerName& name) override;

  core::Result<std::vector<core::FeedState>> feeds() override;
  core::Result<std::vector<std::optional<store::Sequence>>> find(core::RepoId repository,
                                                                 std::span<const core::EventKey> keys) override;
  core::Result<store::CommitReceipt> commit(const store::PollCommit& poll) override;
  core::Result<store::GapChange> close_gaps(core::RepoId repository, std::span<const core::Gap> covered) override;
  core::Status replace_gaps(core::RepoId repository, std::span<const core::Gap> gaps) override;
  core::Result<std::vector<store::Note>> notes() override;

  core::Status visit_newest(core::RepoId repository, std::size_t limit, const WindowVisitor& visit) override;
  core::Status visit_newest_of(std::span<const core::RepoId> repositories, core::EventTime mostly_since,
                               const WindowsVisitor& visit) override;
  core::Status visit_times(core::RepoId repository, const store::EventFilter& filter,
                           const TimeVisitor& visit) override;
  core::Result<std::optional<core::EventTime>> first_event_at(core::RepoId repository) override;
  core::Result<std::vector<core::EventTime>> arrivals(core::RepoId repository, core::EventTime since) override;
  core::Result<store::EventPage> events(core::RepoId repository, const store::EventFilter& filter, std::size_t offset,
                                        std::size_t limit) override;
  core::Status visit_events(core::RepoId repository, const store::EventFilter& filter,
                            const EventVisitor& visit) override;
  core::Result<std::vector<store::StoredEvent>> events_after(store::Sequence after, std::size_t limit) override;
  core::Result<store::Sequence> last_sequence() override;
  core::Result<store::Sequence> settled_sequence() override;
  core::Result<std::size_t> delete_events_before(core::EventTime before, std::size_t limit) override;

  core::Result<std::vector<store::ApiKey>> keys() override;
  core::Status add_key(const store::ApiKey& key) override;
  core::Status revoke_key(const std::string& id) override;

  core::Result<std::vector<store::Lease>> acquire_leases(const std::string& holder, std::span<const int> shards,
                                                         core::Millis ttl, core::Timestamp now) override;
  core::Status release_leases(const std::string& holder, std::span<const int> shards) override;
  core::Result<std::vector<store::HeldLease>> leases() override;
  core::Status leave_hint(const store::LeftHint& hint) override;
  core::Result<std::vector<store::LeftHint>> left_hints() override;
  core::Status take_hints(std::span<const store::LeftHint> hints) override;
  core::Result<store::Alert> add_alert(const store::Alert& alert) override;
  core::Result<store::Alert> update_alert(const store::Alert& alert) override;
  core::Result<std::vector<store::Alert>> open_alerts() override;
  core::Result<store::AlertPage> alerts(std::optional<store::AlertState> state, std::size_t offset,
                                        std::size_t limit) override;
  core::Status forget_alerts(core::Timestamp resolved_before) override;
  core::Status ping() override;
  core::Status try_write() override;

 private:
  // The order of events: by `created_at`, then by `id`.
  using Order = std::pair<core::EventTime, std::uint64_t>;
  static Order order(const core::EventKey& key) { return {key.created_at, key.id}; }

  struct Record {
    store::Repository repository;  // events_stored and last_event_at are filled in by shown()
    std::map<Order, store::StoredEvent> events;
    store::Repository shown() const;
  };

  struct TakenLease {
    store::HeldLease held;
    bool with_seat = false;  // it lasts as long as its holder's seat
  };
  std::map<std::string, core::Timestamp> seats() const;
  static core::Timestamp end_of(const TakenLease& taken, const std::map<std::string, core::Timestamp>& seats);

  // Runs `work` under the lock, unless the fault source says otherwise. `name` is the public function's.
  template <typename Work>
  auto call(std::string_view name, Work work) -> decltype(work());
  core::Result<Record*> record(core::RepoId repository);  // kNotFound
  // What a window takes of an event.
  struct Entry {
    core::EventKey key;
    std::string type;
    std::string actor;
  };
  std::vector<Entry> newest(core::RepoId repository, std::size_t limit) const;
  // What changed with one revision of the list.
  struct ListChange {
    std::set<core::RepoId> repositories;
    bool owners = false;
  };
  core::Status announce(std::string_view call, const ListChange& change);
  void remove(core::RepoId repository);  // nothing when unknown
  void undo(const std::vector<core::RepoId>& created, const std::vector<core::RepoId>& activated);
  core::Status check(const store::PollCommit& poll);
  std::vector<std::optional<store::Sequence>> insert(const store::RepositoryEvents& batch);
  void put_gaps_and_notes(const store::PollCommit& poll);

  // --- in steps: sim/stepwise_commit.cc ---
  struct Range {
    store::Sequence last = 0;
    core::Timestamp at{};
    int shard = 0;
  };
  struct Writer {
    int shard = 0;
    std::int64_t fence = 0;
  };
  core::Result<store::CommitReceipt> commit_in_steps(const store::PollCommit& poll);
  core::Status step(std::string_view call, int number);
  core::Status begin_walks(const store::PollCommit& poll, store::Sequence boundary);
  core::Status put_states(const store::PollCommit& poll);
  core::Status check_writer(const std::string& feed, const store::PollCommit& poll);
  core::Result<store::CommitReceipt> store_events(const store::PollCommit& poll);
  void number_anew(store::Sequence first, store::Sequence last, int shard, store::CommitReceipt& receipt);
  store::Sequence take_range(std::size_t count, int shard);
  store::Sequence settled();
  void claim(int shard, std::int64_t fence);
  void forget_silent_servers(core::Timestamp now);

  std::recursive_mutex mutex_;
  FaultSource faults_;
  EndListener ended_;
  std::map<core::RepoId, Record> records_;
  std::map<store::Sequence, std::pair<core::RepoId, Order>> by_sequence_;
  std::map<std::string, store::Owner> owners_;  // by key
  std::map<std::string, core::FeedState> feeds_;
  std::map<std::string, std::string> notes_;
  std::map<std::string, store::ApiKey> keys_;
  std::map<int, TakenLease> leases_;
  // By repository, origin, kind of event and webhook.
  std::map<std::tuple<core::RepoId, bool, std::string, std::string>, store::LeftHint> hints_;
  std::map<std::int64_t, store::Alert> alerts_;  // by id
  std::int64_t last_repository_ = 0;
  std::int64_t revision_ = 0;
  std::map<std::int64_t, ListChange> changes_;  // by the revision, of the last ones
  bool notes_changes_ = true;
  std::int64_t owners_revision_ = 0;
  store::Sequence last_sequence_ = 0;
  std::optional<Steps> steps_;
  std::map<store::Sequence, Range> open_ranges_;  // by their first number
  std::map<std::string, Writer> feed_writers_;    // by feed
};

}  // namespace repopulse::sim
