#include "store/measured_store.h"

#include <utility>

namespace repopulse::store {
namespace {

// Each function hands its own name, __func__, on: it is the operation's name in /metrics.
class MeasuredStore final : public Store {
 public:
  MeasuredStore(Store& store, CallTimes& times) : store_(store), times_(times) {}

  Result<std::vector<Repository>> repositories() override {
    return times_.measure(__func__, [&] { return store_.repositories(); });
  }
  Result<std::vector<Repository>> repositories_of(std::span<const RepoId> repositories) override {
    return times_.measure(__func__, [&] { return store_.repositories_of(repositories); });
  }
  Result<std::vector<AddedRepository>> add_repositories(std::span<const NewRepository> repositories,
                                                        core::Timestamp now) override {
    return times_.measure(__func__, [&] { return store_.add_repositories(repositories, now); });
  }
  Status set_active(RepoId repository, bool active) override {
    return times_.measure(__func__, [&] { return store_.set_active(repository, active); });
  }
  Status remove_repository(RepoId repository) override {
    return times_.measure(__func__, [&] { return store_.remove_repository(repository); });
  }
  Result<ListChanges> list_changes(std::int64_t since) override {
    return times_.measure(__func__, [&] { return store_.list_changes(since); });
  }

  Result<std::vector<Owner>> owners() override {
    return times_.measure(__func__, [&] { return store_.owners(); });
  }
  Result<Owner> add_owner(const Owner& owner) override {
    return times_.measure(__func__, [&] { return store_.add_owner(owner); });
  }
  Result<Owner> update_owner(const Owner& owner) override {
    return times_.measure(__func__, [&] { return store_.update_owner(owner); });
  }
  Status remove_owner(const core::OwnerName& name) override {
    return times_.measure(__func__, [&] { return store_.remove_owner(name); });
  }

  Result<std::vector<core::FeedState>> feeds() override {
    return times_.measure(__func__, [&] { return store_.feeds(); });
  }
  Result<std::vector<Note>> notes() override {
    return times_.measure(__func__, [&] { return store_.notes(); });
  }
  Result<std::vector<std::optional<Sequence>>> find(RepoId repository, std::span<const core::EventKey> keys) override {
    return times_.measure(__func__, [&] { return store_.find(repository, keys); });
  }
  Result<CommitReceipt> commit(const PollCommit& poll) override {
    return times_.measure(__func__, [&] { return store_.commit(poll); });
  }
  Result<GapChange> close_gaps(RepoId repository, std::span<const core::Gap> covered) override {
    return times_.measure(__func__, [&] { return store_.close_gaps(repository, covered); });
  }
  Status replace_gaps(RepoId repository, std::span<const core::Gap> gaps) override {
    return times_.measure(__func__, [&] { return store_.replace_gaps(repository, gaps); });
  }

  void on_damage(const DamageListener& listen) override { store_.on_damage(listen); }
  Status visit_newest(RepoId repository, std::size_t limit, const WindowVisitor& visit) override {
    return times_.measure(__func__, [&] { return store_.visit_newest(repository, limit, visit); });
  }
  Status visit_newest_of(std::span<const RepoId> repositories, core::EventTime mostly_since,
                         const WindowsVisitor& visit) override {
    return times_.measure(__func__, [&] { return store_.visit_newest_of(repositories, mostly_since, visit); });
  }
  Status visit_times(RepoId repository, const EventFilter& filter, const TimeVisitor& visit) override {
    return times_.measure(__func__, [&] { return store_.visit_times(repository, filter, visit); });
  }
  Result<std::optional<core::EventTime>> first_event_at(RepoId repository) override {
    return times_.measure(__func__, [&] { return store_.first_event_at(repository); });
  }
  Result<std::vector<core::EventTime>> arrivals(RepoId repository, core::EventTime since) override {
    return times_.measure(__func__, [&] { return store_.arrivals(repository, since); });
  }
  Result<EventPage> events(RepoId repository, const EventFilter& filter, std::size_t offset,
                           std::size_t limit) override {
    return times_.measure(__func__, [&] { return store_.events(repository, filter, offset, limit); });
  }
  Status visit_events(RepoId repository, const EventFilter& filter, const EventVisitor& visit) override {
    return times_.measure(__func__, [&] { return store_.visit_events(repository, filter, visit); });
  }
  Result<std::vector<StoredEvent>> events_after(Sequence after, std::size_t limit) override {
    return times_.measure(__func__, [&] { return store_.events_after(after, limit); });
  }
  Result<Sequence> last_sequence() override {
    return times_.measure(__func__, [&] { return store_.last_sequence(); });
  }
  Result<Sequence> settled_sequence() override {
    return times_.measure(__func__, [&] { return store_.settled_sequence(); });
  }
  Result<std::size_t> delete_events_before(core::EventTime before, std::size_t limit) override {
    return times_.measure(__func__, [&] { return store_.delete_events_before(before, limit); });
  }

  Result<std::vector<ApiKey>> keys() override {
    return times_.measure(__func__, [&] { return store_.keys(); });
  }
  Status add_key(const ApiKey& key) override {
    return times_.measure(__func__, [&] { return store_.add_key(key); });
  }
  Status revoke_key(const std::string& id) override {
    return times_.measure(__func__, [&] { return store_.revoke_key(id); });
  }

  Result<std::vector<Lease>> acquire_leases(const std::string& holder, std::span<const int> shards, core::Millis ttl,
                                            core::Timestamp now) override {
    return times_.measure(__func__, [&] { return store_.acquire_leases(holder, shards, ttl, now); });
  }
  Status release_leases(const std::string& holder, std::span<const int> shards) override {
    return times_.measure(__func__, [&] { return store_.release_leases(holder, shards); });
  }
  Result<std::vector<HeldLease>> leases() override {
    return times_.measure(__func__, [&] { return store_.leases(); });
  }

  Status leave_hint(const LeftHint& hint) override {
    return times_.measure(__func__, [&] { return store_.leave_hint(hint); });
  }
  Result<std::vector<LeftHint>> left_hints() override {
    return times_.measure(__func__, [&] { return store_.left_hints(); });
  }
  Status take_hints(std::span<const LeftHint> hints) override {
    return times_.measure(__func__, [&] { return store_.take_hints(hints); });
  }

  Result<Alert> add_alert(const Alert& alert) override {
    return times_.measure(__func__, [&] { return store_.add_alert(alert); });
  }
  Result<Alert> update_alert(const Alert& alert) override {
    return times_.measure(__func__, [&] { return store_.update_alert(alert); });
  }
  Result<std::vector<Alert>> open_alerts() override {
    return times_.measure(__func__, [&] { return store_.open_alerts(); });
  }
  Result<AlertPage> alerts(std::optional<AlertState> state, std::size_t offset, std::size_t limit) override {
    return times_.measure(__func__, [&] { return store_.alerts(state, offset, limit); });
  }
  Status forget_alerts(core::Timestamp resolved_before) override {
    return times_.measure(__func__, [&] { return store_.forget_alerts(resolved_before); });
  }

  Status ping() override {
    return times_.measure(__func__, [&] { return store_.ping(); });
  }
  // Upkeep of the store itself: not measured, as the one below.
  Result<bool> finish_abandoned() override { return store_.finish_abandoned(); }
  Status recount() override { return store_.recount(); }
  Status try_write() override { return store_.try_write(); }

 private:
  Store& store_;
  CallTimes& times_;
};

}  // namespace

std::unique_ptr<Store> measured(Store& store, CallTimes& times) {
  return std::make_unique<MeasuredStore>(store, times);
}

}  // namespace repopulse::store
