#include "store/mongo/mongo_store.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "core/feed_name.h"
#include "store/gaps.h"
#include "store/mongo/commit.h"
#include "store/mongo/database.h"
#include "store/mongo/events.h"
#include "store/mongo/feed_states.h"
#include "store/mongo/leases.h"
#include "store/mongo/repositories.h"
#include "store/mongo/schema.h"
#include "store/mongo/sequences.h"

namespace repopulse::store::mongo {

using core::ErrorKind;
using core::fail;

namespace {

FindOptions by_name() {
  return {.sort = Bson{{"_id", std::int64_t{1}}}, .projection = {}};
}

ApiKey read_key(const Bson& document) {
  return {document.opaque("_id"),
          document.opaque("label"),
          document.text("role") == "admin" ? KeyRole::kAdmin : KeyRole::kRead,
          document.bytes("digest").value_or(""),
          document.bytes("salt").value_or(""),
          document.time("created_at").value_or(core::Timestamp{})};
}

class MongoStore final : public Store {
 public:
  explicit MongoStore(std::unique_ptr<Database> database) : shelves_(std::move(database)) {}

  Status prepare();

  Result<std::vector<Repository>> repositories() override { return shelves_.repositories.all(); }
  Result<std::vector<AddedRepository>> add_repositories(std::span<const NewRepository> repositories,
                                                        core::Timestamp now) override;
  Status set_active(RepoId repository, bool active) override {
    return shelves_.repositories.set_active(repository, active);
  }
  Status remove_repository(RepoId repository) override;
  Result<std::int64_t> repositories_revision() override { return shelves_.repositories.revision(); }

  Result<std::vector<core::FeedState>> feeds() override { return shelves_.feeds.all(); }
  Result<std::vector<std::optional<Sequence>>> find(RepoId repository, std::span<const core::EventKey> keys) override {
    return shelves_.events.find(repository, keys);
  }
  Result<CommitReceipt> commit(const PollCommit& poll) override;
  Status replace_gaps(RepoId repository, std::span<const core::Gap> gaps) override;
  Result<std::vector<std::pair<std::string, std::string>>> notes() override;

  Status visit_newest(RepoId repository, std::size_t limit, const WindowVisitor& visit) override {
    return shelves_.events.visit_newest(repository, limit, visit);
  }
  Result<std::vector<core::EventTime>> arrivals(RepoId repository, core::EventTime since) override {
    return shelves_.events.arrivals(repository, since);
  }
  Result<EventPage> events(RepoId repository, const EventFilter& filter, std::size_t offset,
                           std::size_t limit) override;
  Status visit_events(RepoId repository, const EventFilter& filter,
                      const std::function<bool(const StoredEvent&)>& visit) override {
    return shelves_.events.visit(repository, filter, visit);
  }
  Result<std::vector<StoredEvent>> events_after(Sequence after, std::size_t limit) override;
  Result<Sequence> last_sequence() override { return shelves_.sequences.last(); }
  Result<Sequence> settled_sequence() override { return shelves_.sequences.settled(); }
  Result<std::size_t> delete_events_before(core::EventTime before, std::size_t limit) override;

  Result<std::vector<ApiKey>> keys() override;
  Status add_key(const ApiKey& key) override;
  Status revoke_key(const std::string& id) override;

  Result<std::optional<Lease>> acquire_lease(const std::string& holder, int shard, core::Millis ttl,
                                             core::Timestamp now) override;
  Status release_lease(const std::string& holder, int shard) override { return shelves_.leases.release(holder, shard); }
  Result<std::vector<HeldLease>> leases() override { return shelves_.leases.all(); }
  Status ping() override {
    return shelves_.database->command(Bson{{"ping", std::int64_t{1}}}).map([](const Bson&) {});
  }

 private:
  Status forget_feeds(const std::vector<AddedRepository>& added);

  Shelves shelves_;
  std::mutex writing_;                   // one commit at a time; guards unfinished_
  std::optional<Range> unfinished_;      // of a commit that the store failed in the middle of
  std::mutex claiming_;                  // guards claimed_
  std::map<int, std::int64_t> claimed_;  // by shard: the fence under which its feeds were claimed
};

Status MongoStore::prepare() {
  if (Status prepared = mongo::prepare(*shelves_.database); !prepared) return prepared;
  const auto removals = shelves_.repositories.removals();
  if (!removals) return tl::unexpected(removals.error());
  for (const std::int64_t id : *removals) {
    if (Status removed = shelves_.events.remove_all(RepoId{id}); !removed) return removed;
    if (Status done = shelves_.repositories.removal_done(RepoId{id}); !done) return done;
  }
  return {};
}

Result<std::vector<AddedRepository>> MongoStore::add_repositories(std::span<const NewRepository> repositories,
                                                                  core::Timestamp now) {
  mongo::Repositories::Written written;
  auto added = shelves_.repositories.add(repositories, now, written);
  Status done = added ? forget_feeds(*added) : tl::unexpected(added.error());
  if (done) done = shelves_.repositories.announce(written);
  if (done) return added;
  shelves_.repositories.take_back(written);
  return tl::unexpected(done.error());
}

// What another server wrote about the feeds of new ones after an earlier removal of the names.
Status MongoStore::forget_feeds(const std::vector<AddedRepository>& added) {
  for (const AddedRepository& one : added) {
    if (!one.created) continue;
    if (Status gone = shelves_.feeds.forget(core::repository_feed(one.repository.name)); !gone) return gone;
  }
  return {};
}

Status MongoStore::remove_repository(RepoId repository) {
  const auto name = shelves_.repositories.remove(repository);
  if (!name) return tl::unexpected(name.error());
  if (Status gone = shelves_.feeds.forget(core::repository_feed(*name)); !gone) return gone;
  if (Status gone = shelves_.events.remove_all(repository); !gone) return gone;
  return shelves_.repositories.removal_done(repository);
}

Result<CommitReceipt> MongoStore::commit(const PollCommit& poll) {
  const std::lock_guard lock(writing_);
  if (unfinished_) {
    if (Status given_up = shelves_.sequences.give_up(*unfinished_); !given_up) return tl::unexpected(given_up.error());
    if (Status counted = recount_given_up(shelves_, unfinished_->shard); !counted) {
      return tl::unexpected(counted.error());
    }
    unfinished_.reset();
  }
  Commit commit(shelves_, poll);
  auto receipt = commit.run();
  if (!receipt) unfinished_ = commit.left_open();
  return receipt;
}

Status MongoStore::replace_gaps(RepoId repository, std::span<const core::Gap> gaps) {
  for (const core::Gap& gap : gaps) {
    if (Status status = check_gap(gap); !status) return status;
  }
  return shelves_.repositories.replace_gaps(repository, {gaps.begin(), gaps.end()});
}

Result<std::vector<std::pair<std::string, std::string>>> MongoStore::notes() {
  return shelves_.database->find(kNotes, {}, by_name()).map([](const std::vector<Bson>& documents) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const Bson& note : documents) {
      out.emplace_back(note.text("_id").value_or(""), note.bytes("value").value_or(""));
    }
    return out;
  });
}

Result<EventPage> MongoStore::events(RepoId repository, const EventFilter& filter, std::size_t offset,
                                     std::size_t limit) {
  const bool all = filter.types.empty() && !filter.since && !filter.until && filter.actor.empty();
  EventPage out;
  if (all) {
    const auto stored = shelves_.repositories.events_stored(repository);
    if (!stored) return tl::unexpected(stored.error());
    if (!*stored) return out;
    out.total = **stored;
  } else {
    const auto count = shelves_.events.count(repository, filter);
    if (!count) return tl::unexpected(count.error());
    out.total = *count;
  }
  if (offset >= out.total) return out;
  auto page = shelves_.events.page(repository, filter, offset, limit);
  if (!page) return tl::unexpected(page.error());
  out.json = *std::move(page);
  return out;
}

Result<std::vector<StoredEvent>> MongoStore::events_after(Sequence after, std::size_t limit) {
  const auto settled = shelves_.sequences.settled();
  if (!settled) return tl::unexpected(settled.error());
  return shelves_.events.between(after, *settled, limit);
}

Result<std::size_t> MongoStore::delete_events_before(core::EventTime before, std::size_t limit) {
  const auto old = shelves_.events.older_than(before, limit);
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
  // Should this process die now, the counts are taken anew.
  const auto intent = shelves_.sequences.announce(kNoShard, touched);
  if (!intent) return tl::unexpected(intent.error());
  const auto deleted = shelves_.events.remove(sequences);
  if (!deleted) return tl::unexpected(deleted.error());
  if (Status counted = shelves_.repositories.recount(touched); !counted) return tl::unexpected(counted.error());
  return shelves_.sequences.close(*intent).map([&](bool) { return static_cast<std::size_t>(*deleted); });
}

Result<std::vector<ApiKey>> MongoStore::keys() {
  return shelves_.database->find(kKeys, {}, by_name()).map([](const std::vector<Bson>& documents) {
    std::vector<ApiKey> out;
    for (const Bson& document : documents) out.push_back(read_key(document));
    return out;
  });
}

Status MongoStore::add_key(const ApiKey& key) {
  Bson document{{"role", std::string_view(key.role == KeyRole::kAdmin ? "admin" : "read")},
                {"digest", Binary{key.digest}},
                {"salt", Binary{key.salt}},
                {"created_at", key.created_at}};
  document.add_opaque("_id", key.id);
  document.add_opaque("label", key.label);
  const auto inserted = shelves_.database->insert_one(kKeys, document);
  if (!inserted) return tl::unexpected(inserted.error());
  if (!*inserted) return fail(ErrorKind::kConflict, "there is a key " + key.id + " already");
  return {};
}

Status MongoStore::revoke_key(const std::string& id) {
  const auto removed = shelves_.database->remove(kKeys, Bson{{"_id", std::string_view(id)}});
  if (!removed) return tl::unexpected(removed.error());
  if (*removed == 0) return fail(ErrorKind::kNotFound, "there is no key " + id);
  return {};
}

Result<std::optional<Lease>> MongoStore::acquire_lease(const std::string& holder, int shard, core::Millis ttl,
                                                       core::Timestamp now) {
  auto lease = shelves_.leases.acquire(holder, shard, ttl, now);
  if (!lease || !*lease) return lease;
  const std::lock_guard lock(claiming_);
  if (claimed_[shard] == (*lease)->fence) return lease;
  // A new term: earlier holders are refused from here on, and what they left half done is put right.
  if (Status claimed = shelves_.feeds.claim(shard, (*lease)->fence); !claimed) return tl::unexpected(claimed.error());
  if (Status gone = shelves_.sequences.give_up(shard); !gone) return tl::unexpected(gone.error());
  if (Status counted = recount_given_up(shelves_, shard); !counted) return tl::unexpected(counted.error());
  claimed_[shard] = (*lease)->fence;
  return lease;
}

}  // namespace

bool is_uri(const std::string& text) {
  return text.starts_with("mongodb://") || text.starts_with("mongodb+srv://");
}

core::Result<std::unique_ptr<Store>> open(const std::string& uri) {
  auto database = Database::open(uri);
  if (!database) return tl::unexpected(database.error());
  auto store = std::make_unique<MongoStore>(*std::move(database));
  if (Status prepared = store->prepare(); !prepared) return tl::unexpected(prepared.error());
  return store;
}

}  // namespace repopulse::store::mongo
