#include "store/sqlite/sqlite_store.h"

#include <filesystem>
#include <type_traits>
#include <utility>

#include "store/gaps.h"
#include "store/limits.h"
#include "store/sqlite/alerts.h"
#include "store/sqlite/connections.h"
#include "store/sqlite/events.h"
#include "store/sqlite/feeds.h"
#include "store/sqlite/keys.h"
#include "store/sqlite/leases.h"
#include "store/sqlite/owner_lock.h"
#include "store/sqlite/owners.h"
#include "store/sqlite/repositories.h"
#include "store/sqlite/schema.h"

namespace repopulse::store::sqlite {
namespace {

// Events that one transaction of a clean-up deletes: some 5 ms, so that a poll need not wait long.
constexpr std::size_t kSweepBatch = 500;
// Batches that a removal deletes at once; the commits after it delete the rest, one each.
constexpr int kSweepsAtRemoval = 20;
// Events that visit_events() reads before it calls back, so that a slow visitor holds no snapshot open.
constexpr std::size_t kVisitBatch = 500;

Status check_poll(Connection& connection, const PollCommit& poll) {
  if (poll.fence) {
    if (Status status = check_fence(connection, poll.shard, *poll.fence); !status) return status;
  }
  for (const RepositoryEvents& batch : poll.events) {
    if (!has_repository(connection, batch.repository)) return tl::unexpected(unknown_repository(batch.repository));
    for (const core::Event& event : batch.events) {
      if (const auto why = refusal(event)) return core::fail(core::ErrorKind::kBadInput, *why);
    }
  }
  for (const auto& [repository, gap] : poll.gaps) {
    if (!has_repository(connection, repository)) return tl::unexpected(unknown_repository(repository));
    if (Status status = check_gap(gap); !status) return status;
  }
  for (const auto& [repository, until] : poll.others) {
    if (!has_repository(connection, repository)) return tl::unexpected(unknown_repository(repository));
  }
  return {};
}

Result<CommitReceipt> write_poll(Writer& writer, const PollCommit& poll) {
  Connection& connection = writer.connection;
  if (Status status = check_poll(connection, poll); !status) return tl::unexpected(status.error());
  CommitReceipt receipt;
  for (const RepositoryEvents& batch : poll.events) {
    receipt.inserted.push_back(insert_events(connection, writer.packer, batch));
  }
  for (const core::FeedState& feed : poll.feeds) put_feed(connection, feed);
  for (const auto& [repository, gap] : poll.gaps) add_gap(connection, repository, gap);
  for (const auto& [repository, until] : poll.others) note_others(connection, repository, until);
  for (const auto& [name, value] : poll.notes) put_note(connection, name, value);
  return receipt;
}

// Each function is one transaction, or several; what happens inside one is told where the table is.
class SqliteStore final : public Store {
 public:
  SqliteStore(const std::string& path, OwnerLock lock) : lock_(std::move(lock)), connections_(path) {}

  // --- RepositoryStore ---

  Result<std::vector<Repository>> repositories() override {
    return connections_.read([](Reader& reader) { return load_repositories(reader.connection); });
  }

  Result<std::vector<Repository>> repositories_of(std::span<const RepoId> repositories) override {
    return connections_.read([&](Reader& reader) { return load_repositories_of(reader.connection, repositories); });
  }

  Result<std::vector<AddedRepository>> add_repositories(std::span<const NewRepository> repositories,
                                                        core::Timestamp now) override {
    return connections_.write([&](Writer& writer) -> Result<std::vector<AddedRepository>> {
      return sqlite::add_repositories(writer.connection, repositories, now);
    });
  }

  Status set_active(RepoId repository, bool active) override {
    return connections_.write([&](Writer& writer) -> Status {
      if (sqlite::set_active(writer.connection, repository, active)) return {};
      return tl::unexpected(unknown_repository(repository));
    });
  }

  Status remove_repository(RepoId repository) override {
    const Status removed = connections_.write([&](Writer& writer) -> Status {
      if (sqlite::remove_repository(writer.connection, repository)) return {};
      return tl::unexpected(unknown_repository(repository));
    });
    for (int i = 0; removed && i < kSweepsAtRemoval && sweep(); ++i) {
    }
    return removed;
  }

  Result<ListChanges> list_changes(std::int64_t since) override {
    return connections_.read([&](Reader& reader) { return sqlite::list_changes(reader.connection, since); });
  }

  // --- OwnerStore ---

  Result<std::vector<Owner>> owners() override {
    return connections_.read([](Reader& reader) { return load_owners(reader.connection); });
  }

  Result<Owner> add_owner(const Owner& owner) override {
    return connections_.write([&](Writer& writer) { return sqlite::add_owner(writer.connection, owner); });
  }

  Result<Owner> update_owner(const Owner& owner) override {
    return connections_.write([&](Writer& writer) { return sqlite::update_owner(writer.connection, owner); });
  }

  Status remove_owner(const core::OwnerName& name) override {
    return connections_.write([&](Writer& writer) { return sqlite::remove_owner(writer.connection, name); });
  }

  // --- PollStore ---

  Result<std::vector<core::FeedState>> feeds() override {
    return connections_.read([](Reader& reader) { return load_feeds(reader.connection); });
  }

  Result<std::vector<Note>> notes() override {
    return connections_.read([](Reader& reader) { return load_notes(reader.connection); });
  }

  Result<std::vector<std::optional<Sequence>>> find(RepoId repository, std::span<const core::EventKey> keys) override {
    return connections_.read([&](Reader& reader) {
      std::vector<std::optional<Sequence>> found(keys.size());
      if (!has_repository(reader.connection, repository)) return found;
      for (std::size_t i = 0; i < keys.size(); ++i) found[i] = find_event(reader.connection, repository, keys[i]);
      return found;
    });
  }

  Result<CommitReceipt> commit(const PollCommit& poll) override {
    Result<CommitReceipt> receipt = connections_.write([&](Writer& writer) { return write_poll(writer, poll); });
    if (receipt) sweep();
    return receipt;
  }

  Result<GapChange> close_gaps(RepoId repository, std::span<const core::Gap> covered) override {
    return connections_.write([&](Writer& writer) -> Result<GapChange> {
      if (!has_repository(writer.connection, repository)) return tl::unexpected(unknown_repository(repository));
      return sqlite::close_gaps(writer.connection, repository, covered);
    });
  }

  Status replace_gaps(RepoId repository, std::span<const core::Gap> gaps) override {
    if (Status status = check_gaps(gaps); !status) return status;
    return connections_.write([&](Writer& writer) -> Status {
      if (!has_repository(writer.connection, repository)) return tl::unexpected(unknown_repository(repository));
      sqlite::replace_gaps(writer.connection, repository, {gaps.begin(), gaps.end()});
      return {};
    });
  }

  // --- EventStore ---

  void on_damage(const DamageListener& listen) override { listen_ = listen; }

  Status visit_newest(RepoId repository, std::size_t limit, const WindowVisitor& visit) override {
    return read_of(repository,
                   [&](Reader& reader) {
                     sqlite::visit_newest(reader.connection, repository, limit, visit);
                     return true;
                   })
        .map([](bool) {});
  }

  Status visit_newest_of(std::span<const RepoId> repositories, core::EventTime /*mostly_since*/,
                         const WindowsVisitor& visit) override {
    return connections_
        .read([&](Reader& reader) {
          sqlite::visit_newest_of(reader.connection, repositories, visit);
          return true;
        })
        .map([](bool) {});
  }

  Status visit_times(RepoId repository, const EventFilter& filter, const TimeVisitor& visit) override {
    return read_of(repository,
                   [&](Reader& reader) {
                     sqlite::visit_times(reader.connection, repository, filter, visit);
                     return true;
                   })
        .map([](bool) {});
  }

  Result<std::optional<core::EventTime>> first_event_at(RepoId repository) override {
    return read_of(repository, [&](Reader& reader) { return sqlite::first_event_at(reader.connection, repository); });
  }

  Result<std::vector<core::EventTime>> arrivals(RepoId repository, core::EventTime since) override {
    return read_of(repository, [&](Reader& reader) { return sqlite::arrivals(reader.connection, repository, since); });
  }

  Result<EventPage> events(RepoId repository, const EventFilter& filter, std::size_t offset,
                           std::size_t limit) override {
    std::vector<DamagedEvent> damaged;
    auto page = read_of(
        repository, [&](Reader& reader) { return page_of_events(reader, repository, filter, offset, limit, damaged); });
    tell(damaged);
    return page;
  }

  Status visit_events(RepoId repository, const EventFilter& filter, const EventVisitor& visit) override {
    std::optional<core::EventKey> after;
    for (;;) {
      const Result<std::vector<StoredEvent>> batch = read_of(
          repository, [&](Reader& reader) { return events_in_order(reader, repository, filter, after, kVisitBatch); });
      if (!batch) return tl::unexpected(batch.error());
      for (const StoredEvent& event : *batch) {
        if (!visit(event)) return {};
      }
      if (batch->size() < kVisitBatch) return {};
      after = batch->back().event.key;
    }
  }

  Result<std::vector<StoredEvent>> events_after(Sequence after, std::size_t limit) override {
    std::vector<DamagedEvent> damaged;
    auto events =
        connections_.read([&](Reader& reader) { return sqlite::events_after(reader, after, limit, damaged); });
    tell(damaged);
    return events;
  }

  Result<Sequence> last_sequence() override {
    return connections_.read([](Reader& reader) { return sqlite::last_sequence(reader.connection); });
  }

  Result<std::size_t> delete_events_before(core::EventTime before, std::size_t limit) override {
    sweep();
    return connections_.write([&](Writer& writer) -> Result<std::size_t> {
      return sqlite::delete_events_before(writer.connection, before, limit, next_old_);
    });
  }

  // --- KeyStore ---

  Result<std::vector<ApiKey>> keys() override {
    return connections_.read([](Reader& reader) { return load_keys(reader.connection); });
  }

  Status add_key(const ApiKey& key) override {
    return connections_.write([&](Writer& writer) { return sqlite::add_key(writer.connection, key); });
  }

  Status revoke_key(const std::string& id) override {
    return connections_.write([&](Writer& writer) { return sqlite::revoke_key(writer.connection, id); });
  }

  // --- LeaseStore ---

  Result<std::vector<Lease>> acquire_leases(const std::string& holder, std::span<const int> shards, core::Millis ttl,
                                            core::Timestamp now) override {
    return connections_.write([&](Writer& writer) -> Result<std::vector<Lease>> {
      std::vector<Lease> held;
      for (const int shard : shards) held.push_back({shard, take_fence(writer.connection, shard, holder), now + ttl});
      return held;
    });
  }

  Status release_leases(const std::string& holder, std::span<const int> shards) override {
    return connections_.write([&](Writer& writer) -> Status {
      for (const int shard : shards) give_up_fence(writer.connection, shard, holder);
      return {};
    });
  }

  // --- AlertStore ---

  Result<Alert> add_alert(const Alert& alert) override {
    return connections_.write([&](Writer& writer) { return sqlite::add_alert(writer.connection, alert); });
  }

  Result<Alert> update_alert(const Alert& alert) override {
    return connections_.write([&](Writer& writer) { return sqlite::update_alert(writer.connection, alert); });
  }

  Result<std::vector<Alert>> open_alerts() override {
    return connections_.read([](Reader& reader) { return sqlite::open_alerts(reader.connection); });
  }

  Result<AlertPage> alerts(std::optional<AlertState> state, std::size_t offset, std::size_t limit) override {
    return connections_.read(
        [&](Reader& reader) { return sqlite::page_of_alerts(reader.connection, state, offset, limit); });
  }

  Status forget_alerts(core::Timestamp resolved_before) override {
    return connections_.write([&](Writer& writer) -> Status {
      sqlite::forget_alerts(writer.connection, resolved_before);
      return {};
    });
  }

  Status ping() override {
    if (Status there = connections_.check_file(); !there) return there;
    return connections_.read([](Reader& reader) { return repositories_revision(reader.connection); })
        .map([](std::int64_t) {});
  }

  Status try_write() override {
    return connections_.write([](Writer& writer) -> Status {
      writer.connection
          .prepare("INSERT INTO counters VALUES ('tried_writes', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1")
          .run();
      return {};
    });
  }

 private:
  // Reads what belongs to one repository; the default value of the result where that does not exist.
  template <typename Work>
  auto read_of(RepoId repository, const Work& work) -> Result<std::invoke_result_t<Work, Reader&>> {
    return connections_.read([&](Reader& reader) {
      if (!has_repository(reader.connection, repository)) return std::invoke_result_t<Work, Reader&>();
      return work(reader);
    });
  }

  void tell(const std::vector<DamagedEvent>& damaged) const {
    for (const DamagedEvent& event : damaged) {
      if (listen_) listen_(event);
    }
  }

  // Deletes some events of removed repositories, which no reader sees any more; true: call again. False also where the
  // store is away: the next call that matters will say so.
  bool sweep() {
    return connections_
        .write([](Writer& writer) -> Result<bool> { return sweep_removed(writer.connection, kSweepBatch); })
        .value_or(false);
  }

  const OwnerLock lock_;  // held until the connections are closed
  Connections connections_;
  DamageListener listen_;
  RepoId next_old_{};  // where the clean-up of old events goes on; belongs to the writer
};

// --- opening ---

// One file has one lock, by whatever path it is named.
std::string canonical(const std::string& path) {
  std::error_code error;
  // Absolute first: of a path that does not exist yet, the canonical form may be relative. An absolute path is also
  // never taken for a URI.
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(std::filesystem::absolute(path), error);
  return error ? path : resolved.string();
}

void switch_to_wal(Connection& connection) {
  Statement mode = connection.prepare("PRAGMA journal_mode = WAL");
  if (mode.step() && mode.text(0) == "wal") return;
  throw SqliteFailure(SQLITE_CANTOPEN,
                      {core::ErrorKind::kUnavailable,
                       "store " + connection.path() + ": its file system does not support a write-ahead log"});
}

// A shared opener may change the tables only where no owner, of an older version, is using them.
Status prepare_file(const std::string& path, bool owned) {
  try {
    Connection connection(path, /*create=*/true);
    const SchemaState state = schema_state(connection);
    switch_to_wal(connection);
    if (state == SchemaState::kPresent && !owned) return {};
    Result<OwnerLock> lock = owned ? OwnerLock() : OwnerLock::acquire(path);
    if (!lock) return tl::unexpected(lock.error());
    migrate(connection);
    Transaction transaction(connection, Transaction::Kind::kWrite);
    put_current_dictionary(connection);
    transaction.commit();
    return {};
  } catch (const SqliteFailure& failure) {
    return tl::unexpected(failure.error());
  }
}

}  // namespace

Result<std::unique_ptr<Store>> open(const std::string& path, Access access) {
  const std::string resolved = canonical(path);
  OwnerLock lock;
  if (access == Access::kOwner) {
    Result<OwnerLock> acquired = OwnerLock::acquire(resolved);
    if (!acquired) return tl::unexpected(acquired.error());
    lock = std::move(*acquired);
  }
  if (Status status = prepare_file(resolved, access == Access::kOwner); !status) return tl::unexpected(status.error());
  return std::make_unique<SqliteStore>(resolved, std::move(lock));
}

}  // namespace repopulse::store::sqlite
