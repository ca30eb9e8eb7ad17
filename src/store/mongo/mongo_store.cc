#include "store/mongo/mongo_store.h"

#include <map>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "core/feed_name.h"
#include "store/gaps.h"
#include "store/mongo/collections.h"
#include "store/mongo/commit.h"
#include "store/mongo/database.h"
#include "store/mongo/schema.h"

namespace repopulse::store::mongo {
namespace {

// What concerns one collection is told there; here is what several have to do together.
class MongoStore final : public Store {
 public:
  explicit MongoStore(std::unique_ptr<Database> database) : collections_(std::move(database)) {}

  // To be called once, before all others: creates what is missing, and finishes what a crash interrupted.
  Status prepare();

  // --- RepositoryStore ---

  Result<std::vector<Repository>> repositories() override { return collections_.repositories.all(); }

  Result<std::vector<Repository>> repositories_of(std::span<const RepoId> repositories) override {
    return collections_.repositories.of(repositories);
  }

  Result<std::vector<AddedRepository>> add_repositories(std::span<const NewRepository> repositories,
                                                        core::Timestamp now) override {
    Repositories::Written written;
    auto added = collections_.repositories.add(repositories, now, written);
    Status done = added ? forget_feeds(*added) : tl::unexpected(added.error());
    if (done) done = collections_.repositories.announce(written);
    if (done) return added;
    collections_.repositories.undo(written);
    return tl::unexpected(done.error());
  }

  Status set_active(RepoId repository, bool active) override {
    return collections_.repositories.set_active(repository, active);
  }

  Status remove_repository(RepoId repository) override {
    const auto name = collections_.repositories.remove(repository);
    if (!name) return tl::unexpected(name.error());
    if (Status gone = collections_.feeds.forget(core::repository_feed(*name)); !gone) return gone;
    return finish_removal(repository);
  }

  Result<ListChanges> list_changes(std::int64_t since) override { return collections_.revisions.changes(since); }

  // --- OwnerStore ---

  Result<std::vector<Owner>> owners() override { return collections_.owners.all(); }

  Result<Owner> add_owner(const Owner& owner) override { return announced(collections_.owners.add(owner)); }

  Result<Owner> update_owner(const Owner& owner) override { return announced(collections_.owners.update(owner)); }

  Status remove_owner(const core::OwnerName& name) override {
    if (Status removed = collections_.owners.remove(name); !removed) return removed;
    return collections_.revisions.move_for_owners();
  }

  // --- PollStore ---

  Result<std::vector<core::FeedState>> feeds() override { return collections_.feeds.all(); }

  Result<std::vector<Note>> notes() override { return collections_.notes.all(); }

  Result<std::vector<std::optional<Sequence>>> find(RepoId repository, std::span<const core::EventKey> keys) override {
    return collections_.events.find(repository, keys);
  }

  Result<CommitReceipt> commit(const PollCommit& poll) override {
    const std::lock_guard lock(writing_);
    if (Status clean = finish_last_commit(); !clean) return tl::unexpected(clean.error());
    Commit commit(collections_, poll);
    auto receipt = commit.run();
    if (!receipt) unfinished_ = commit.left_open();
    return receipt;
  }

  Result<GapChange> close_gaps(RepoId repository, std::span<const core::Gap> covered) override {
    return collections_.repositories.close_gaps(repository, covered);
  }

  Status replace_gaps(RepoId repository, std::span<const core::Gap> gaps) override {
    if (Status status = check_gaps(gaps); !status) return status;
    return collections_.repositories.replace_gaps(repository, {gaps.begin(), gaps.end()});
  }

  Result<bool> finish_abandoned() override {
    // Ranges whose writers took too long are abandoned there.
    if (const auto settled = collections_.sequences.settled(); !settled) return tl::unexpected(settled.error());
    return mongo::finish_abandoned(collections_, {});
  }

  Status recount() override {
    const auto all = collections_.repositories.all();
    if (!all) return tl::unexpected(all.error());
    std::vector<std::int64_t> ids;
    for (const Repository& repository : *all) ids.push_back(core::to_int(repository.id));
    return collections_.repositories.recount(ids);
  }

  // --- EventStore ---

  Status visit_newest(RepoId repository, std::size_t limit, const WindowVisitor& visit) override {
    return collections_.events.visit_newest(repository, limit, visit);
  }

  Status visit_newest_of(std::span<const RepoId> repositories, core::EventTime mostly_since,
                         const WindowsVisitor& visit) override {
    return collections_.events.visit_newest_of(repositories, mostly_since, visit);
  }

  Status visit_times(RepoId repository, const EventFilter& filter, const TimeVisitor& visit) override {
    return collections_.events.visit_times(repository, filter, visit);
  }

  Result<std::optional<core::EventTime>> first_event_at(RepoId repository) override {
    return collections_.events.first_event_at(repository);
  }

  Result<std::vector<core::EventTime>> arrivals(RepoId repository, core::EventTime since) override {
    return collections_.events.arrivals(repository, since);
  }

  Result<EventPage> events(RepoId repository, const EventFilter& filter, std::size_t offset,
                           std::size_t limit) override {
    const auto total = count_matching(repository, filter);
    if (!total) return tl::unexpected(total.error());
    if (offset >= *total) return EventPage{{}, *total};
    return collections_.events.page(repository, filter, offset, limit).map([&](std::vector<std::string> page) {
      return EventPage{std::move(page), *total};
    });
  }

  Status visit_events(RepoId repository, const EventFilter& filter, const EventVisitor& visit) override {
    return collections_.events.visit(repository, filter, visit);
  }

  Result<std::vector<StoredEvent>> events_after(Sequence after, std::size_t limit) override {
    const auto settled = collections_.sequences.settled();
    if (!settled) return tl::unexpected(settled.error());
    return collections_.events.between(after, *settled, limit);
  }

  Result<Sequence> last_sequence() override { return collections_.sequences.last(); }

  Result<Sequence> settled_sequence() override { return collections_.sequences.settled(); }

  Result<std::size_t> delete_events_before(core::EventTime before, std::size_t limit) override;

  // --- KeyStore ---

  Result<std::vector<ApiKey>> keys() override { return collections_.keys.all(); }

  Status add_key(const ApiKey& key) override { return collections_.keys.add(key); }

  Status revoke_key(const std::string& id) override { return collections_.keys.revoke(id); }

  // --- LeaseStore ---

  Result<std::vector<Lease>> acquire_leases(const std::string& holder, std::span<const int> shards, core::Millis ttl,
                                            core::Timestamp now) override {
    auto held = collections_.leases.acquire(holder, shards, ttl, now);
    if (!held) return held;
    if (Status claimed = claim(*held); !claimed) return tl::unexpected(claimed.error());
    return held;
  }

  Status release_leases(const std::string& holder, std::span<const int> shards) override {
    return collections_.leases.release(holder, shards);
  }

  Result<std::vector<HeldLease>> leases() override { return collections_.leases.all(); }

  // --- HintStore ---

  Status leave_hint(const LeftHint& hint) override { return collections_.hints.leave(hint); }
  Result<std::vector<LeftHint>> left_hints() override { return collections_.hints.all(); }
  Status take_hints(std::span<const LeftHint> hints) override { return collections_.hints.take(hints); }

  Result<Alert> add_alert(const Alert& alert) override { return collections_.alerts.add(alert); }
  Result<Alert> update_alert(const Alert& alert) override { return collections_.alerts.update(alert); }
  Result<std::vector<Alert>> open_alerts() override { return collections_.alerts.open(); }
  Result<AlertPage> alerts(std::optional<AlertState> state, std::size_t offset, std::size_t limit) override {
    return collections_.alerts.page(state, offset, limit);
  }
  Status forget_alerts(core::Timestamp resolved_before) override { return collections_.alerts.forget(resolved_before); }

  Status try_write() override {
    return collections_.database->upsert(kCounters, Bson{{"_id", std::string_view("written")}},
                                         Bson{{"$inc", Bson{{"times", std::int64_t{1}}}}});
  }

  Status ping() override {
    return collections_.database->command(Bson{{"ping", std::int64_t{1}}}).map([](const Bson&) {});
  }

 private:
  Result<Owner> announced(Result<Owner> changed);
  Status forget_feeds(const std::vector<AddedRepository>& added);
  Status finish_removal(RepoId repository);
  Status finish_last_commit();
  Result<std::uint64_t> count_matching(RepoId repository, const EventFilter& filter);
  Status claim(const std::vector<Lease>& leases);

  Collections collections_;
  std::mutex writing_;                   // one commit at a time; guards unfinished_
  std::vector<Range> unfinished_;        // of a commit that the store failed in the middle of
  std::mutex claiming_;                  // guards claimed_
  std::map<int, std::int64_t> claimed_;  // by shard: the fence under which its feeds were claimed
};

Status MongoStore::prepare() {
  if (Status prepared = mongo::prepare(*collections_.database); !prepared) return prepared;
  const auto removals = collections_.repositories.removals();
  if (!removals) return tl::unexpected(removals.error());
  for (const std::int64_t id : *removals) {
    if (Status finished = finish_removal(RepoId{id}); !finished) return finished;
  }
  if (Status reached = collections_.sequences.reach_events(kNoShard); !reached) return reached;
  return finish_abandoned().map([](bool) {});
}

Status MongoStore::finish_removal(RepoId repository) {
  if (Status removed = collections_.events.remove_all(repository); !removed) return removed;
  return collections_.repositories.removal_done(repository);
}

// Other servers hear of a change of an owner by the revision of the list.
Result<Owner> MongoStore::announced(Result<Owner> changed) {
  if (!changed) return changed;
  if (Status moved = collections_.revisions.move_for_owners(); !moved) return tl::unexpected(moved.error());
  return changed;
}

// After a repository of the same name was removed, another server may have written the state of its feed once more.
Status MongoStore::forget_feeds(const std::vector<AddedRepository>& added) {
  for (const AddedRepository& one : added) {
    if (!one.created) continue;
    if (Status gone = collections_.feeds.forget(core::repository_feed(one.repository.name)); !gone) return gone;
  }
  return {};
}

Status MongoStore::finish_last_commit() {
  if (unfinished_.empty()) return {};
  for (const Range& range : unfinished_) {
    if (Status abandoned = collections_.sequences.abandon(range); !abandoned) return abandoned;
  }
  const auto done = mongo::finish_abandoned(collections_, std::span(&unfinished_.front().shard, 1));
  if (!done) return tl::unexpected(done.error());
  unfinished_.clear();
  return {};
}

Result<std::uint64_t> MongoStore::count_matching(RepoId repository, const EventFilter& filter) {
  if (!filter.matches_all()) return collections_.events.count(repository, filter);
  return collections_.repositories.events_stored(repository).map([](const std::optional<std::uint64_t>& stored) {
    return stored.value_or(0);
  });
}

Result<std::size_t> MongoStore::delete_events_before(core::EventTime before, std::size_t limit) {
  const auto old = collections_.events.older_than(before, limit);
  if (!old) return tl::unexpected(old.error());
  if (old->empty()) return 0;
  std::vector<Sequence> sequences;
  std::set<std::int64_t> repositories;
  for (const Events::Old& event : *old) {
    sequences.push_back(event.sequence);
    repositories.insert(event.repository);
  }
  const std::vector<std::int64_t> touched(repositories.begin(), repositories.end());
  const std::lock_guard lock(writing_);
  // If this process stops now, the counts are taken again.
  const auto intent = collections_.sequences.announce(kNoShard, touched);
  if (!intent) return tl::unexpected(intent.error());
  const auto deleted = collections_.events.remove(sequences);
  if (!deleted) return tl::unexpected(deleted.error());
  if (Status counted = collections_.repositories.recount(touched); !counted) return tl::unexpected(counted.error());
  return collections_.sequences.close(*intent).map([&](bool) { return static_cast<std::size_t>(*deleted); });
}

// At new terms: from here on earlier holders are refused, and what they left unfinished is repaired.
Status MongoStore::claim(const std::vector<Lease>& leases) {
  const std::lock_guard lock(claiming_);
  std::vector<int> shards;
  std::map<std::int64_t, std::vector<int>> by_fence;
  for (const Lease& lease : leases) {
    if (claimed_[lease.shard] == lease.fence) continue;
    shards.push_back(lease.shard);
    by_fence[lease.fence].push_back(lease.shard);
  }
  if (shards.empty()) return {};
  for (const auto& [fence, of_these] : by_fence) {
    if (Status refused = collections_.feeds.claim(of_these, fence); !refused) return refused;
  }
  if (Status abandoned = collections_.sequences.abandon_all(shards); !abandoned) return abandoned;
  if (const auto done = mongo::finish_abandoned(collections_, shards); !done) return tl::unexpected(done.error());
  for (const Lease& lease : leases) claimed_[lease.shard] = lease.fence;
  return {};
}

}  // namespace

bool is_uri(const std::string& text) {
  return text.starts_with("mongodb://") || text.starts_with("mongodb+srv://");
}

core::Result<std::unique_ptr<Store>> open(const std::string& uri) {
  auto database = Database::open(uri);
  if (!database) return tl::unexpected(database.error());
  return open(*std::move(database));
}

core::Result<std::unique_ptr<Store>> open(std::unique_ptr<Database> database) {
  auto store = std::make_unique<MongoStore>(std::move(database));
  if (Status prepared = store->prepare(); !prepared) return tl::unexpected(prepared.error());
  return store;
}

}  // namespace repopulse::store::mongo
