#include "store/sqlite/sqlite_store.h"

#include <filesystem>
#include <mutex>
#include <type_traits>
#include <utility>

#include "store/gaps.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/events.h"
#include "store/sqlite/feeds.h"
#include "store/sqlite/keys.h"
#include "store/sqlite/leases.h"
#include "store/sqlite/owner_lock.h"
#include "store/sqlite/repositories.h"
#include "store/sqlite/schema.h"

namespace repopulse::store::sqlite {
namespace {

// Readers beyond these are closed after use: each holds a page cache.
constexpr std::size_t kIdleReaders = 4;
// Events that one transaction of a clean-up deletes: some 5 ms, so that a poll need not wait long.
constexpr std::size_t kSweepBatch = 500;
// Batches that a removal deletes at once; the commits after it delete the rest, one each.
constexpr int kSweepsAtRemoval = 20;
// Events that visit_events() reads before it calls back, so that a slow visitor holds no snapshot open.
constexpr std::size_t kVisitBatch = 500;

struct Writer {
  Connection connection;
  EventPacker packer;
};

class SqliteStore final : public Store {
 public:
  SqliteStore(std::string path, OwnerLock lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  Result<std::vector<Repository>> repositories() override;
  Result<std::vector<AddedRepository>> add_repositories(std::span<const NewRepository> repositories,
                                                        core::Timestamp now) override;
  Status set_active(RepoId repository, bool active) override;
  Status remove_repository(RepoId repository) override;
  Result<std::int64_t> repositories_revision() override;

  Result<std::vector<core::FeedState>> feeds() override;
  Result<std::vector<std::optional<Sequence>>> find(RepoId repository, std::span<const core::EventKey> keys) override;
  Result<CommitReceipt> commit(const PollCommit& poll) override;
  Status replace_gaps(RepoId repository, std::span<const core::Gap> gaps) override;
  Result<std::vector<std::pair<std::string, std::string>>> notes() override;

  Status visit_newest(RepoId repository, std::size_t limit, const WindowVisitor& visit) override;
  Result<std::vector<core::EventTime>> arrivals(RepoId repository, core::EventTime since) override;
  Result<EventPage> events(RepoId repository, const EventFilter& filter, std::size_t offset,
                           std::size_t limit) override;
  Status visit_events(RepoId repository, const EventFilter& filter,
                      const std::function<bool(const StoredEvent&)>& visit) override;
  Result<std::vector<StoredEvent>> events_after(Sequence after, std::size_t limit) override;
  Result<Sequence> last_sequence() override;
  Result<std::size_t> delete_events_before(core::EventTime before, std::size_t limit) override;

  Result<std::vector<ApiKey>> keys() override;
  Status add_key(const ApiKey& key) override;
  Status revoke_key(const std::string& id) override;

  Result<std::optional<Lease>> acquire_lease(const std::string& holder, int shard, core::Millis ttl,
                                             core::Timestamp now) override;
  Status release_lease(const std::string& holder, int shard) override;
  Status ping() override;

 private:
  Connection connect() const;
  std::unique_ptr<Reader> take_reader();
  void give_back(std::unique_ptr<Reader> reader);

  // Runs `work(Reader&)` in one read transaction: it sees the store at one moment.
  template <typename Work>
  auto read(Work work) -> Result<std::invoke_result_t<Work, Reader&>>;
  // The same where `work` is about one repository; its result's default value where that does not exist.
  template <typename Work>
  auto read_of(RepoId repository, Work work) -> Result<std::invoke_result_t<Work, Reader&>>;
  // Runs `work(Writer&)`, which answers a Result, in one write transaction; rolled back where that is an error.
  template <typename Work>
  auto write(Work work) -> std::invoke_result_t<Work, Writer&>;
  bool sweep();

  const std::string path_;
  const OwnerLock lock_;
  std::mutex writer_mutex_;
  std::unique_ptr<Writer> writer_;  // opened when first used, and anew after a failure that casts doubt on it
  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<Reader>> idle_readers_;
};

Connection SqliteStore::connect() const {
  Connection connection(path_, /*create=*/false);
  // Somebody may have put another file in its place.
  if (schema_state(connection) != SchemaState::kPresent) {
    throw SqliteFailure(SQLITE_NOTADB, {core::ErrorKind::kCorrupt, "store " + path_ + ": its tables are gone"});
  }
  return connection;
}

std::unique_ptr<Reader> SqliteStore::take_reader() {
  {
    const std::lock_guard lock(readers_mutex_);
    if (!idle_readers_.empty()) {
      std::unique_ptr<Reader> reader = std::move(idle_readers_.back());
      idle_readers_.pop_back();
      return reader;
    }
  }
  return std::make_unique<Reader>(Reader{connect(), EventUnpacker()});
}

void SqliteStore::give_back(std::unique_ptr<Reader> reader) {
  const std::lock_guard lock(readers_mutex_);
  if (idle_readers_.size() < kIdleReaders) idle_readers_.push_back(std::move(reader));
}

template <typename Work>
auto SqliteStore::read(Work work) -> Result<std::invoke_result_t<Work, Reader&>> {
  std::unique_ptr<Reader> reader;
  try {
    reader = take_reader();
    Transaction transaction(reader->connection, Transaction::Kind::kRead);
    auto result = work(*reader);
    transaction.commit();
    give_back(std::move(reader));
    return result;
  } catch (const SqliteFailure& failure) {
    return tl::unexpected(failure.error());
  }
}

template <typename Work>
auto SqliteStore::read_of(RepoId repository, Work work) -> Result<std::invoke_result_t<Work, Reader&>> {
  return read([&](Reader& reader) {
    if (!has_repository(reader.connection, repository)) return std::invoke_result_t<Work, Reader&>();
    return work(reader);
  });
}

template <typename Work>
auto SqliteStore::write(Work work) -> std::invoke_result_t<Work, Writer&> {
  const std::lock_guard lock(writer_mutex_);
  try {
    if (!writer_) writer_ = std::make_unique<Writer>(Writer{connect(), EventPacker()});
    Transaction transaction(writer_->connection, Transaction::Kind::kWrite);
    auto result = work(*writer_);
    if (result) transaction.commit();
    return result;
  } catch (const SqliteFailure& failure) {
    if (failure.needs_new_connection()) writer_.reset();
    return tl::unexpected(failure.error());
  }
}

// --- repositories ---

Result<std::vector<Repository>> SqliteStore::repositories() {
  return read([](Reader& reader) { return load_repositories(reader.connection); });
}

Result<std::vector<AddedRepository>> SqliteStore::add_repositories(std::span<const NewRepository> repositories,
                                                                   core::Timestamp now) {
  return write([&](Writer& writer) -> Result<std::vector<AddedRepository>> {
    return sqlite::add_repositories(writer.connection, repositories, now);
  });
}

Status SqliteStore::set_active(RepoId repository, bool active) {
  return write([&](Writer& writer) -> Status {
    if (!sqlite::set_active(writer.connection, repository, active)) {
      return tl::unexpected(unknown_repository(repository));
    }
    return {};
  });
}

Status SqliteStore::remove_repository(RepoId repository) {
  const Status removed = write([&](Writer& writer) -> Status {
    if (!sqlite::remove_repository(writer.connection, repository)) {
      return tl::unexpected(unknown_repository(repository));
    }
    return {};
  });
  for (int i = 0; removed && i < kSweepsAtRemoval && sweep(); ++i) {
  }
  return removed;
}

Result<std::int64_t> SqliteStore::repositories_revision() {
  return read([](Reader& reader) { return sqlite::repositories_revision(reader.connection); });
}

// Deletes some events of removed repositories; false when there are none, or now is no time for it: the store is away,
// which the next call that matters will tell. Nobody sees these events any more.
bool SqliteStore::sweep() {
  const Result<bool> more =
      write([](Writer& writer) -> Result<bool> { return sweep_removed(writer.connection, kSweepBatch); });
  return more.value_or(false);
}

// --- polls ---

Result<std::vector<core::FeedState>> SqliteStore::feeds() {
  return read([](Reader& reader) { return load_feeds(reader.connection); });
}

Result<std::vector<std::optional<Sequence>>> SqliteStore::find(RepoId repository,
                                                               std::span<const core::EventKey> keys) {
  return read([&](Reader& reader) {
    std::vector<std::optional<Sequence>> found(keys.size());
    if (!has_repository(reader.connection, repository)) return found;
    for (std::size_t i = 0; i < keys.size(); ++i) found[i] = find_event(reader.connection, repository, keys[i]);
    return found;
  });
}

Status check_poll(Connection& connection, const PollCommit& poll) {
  if (poll.fence) {
    if (Status status = check_fence(connection, poll.shard, *poll.fence); !status) return status;
  }
  for (const RepositoryEvents& batch : poll.events) {
    if (!has_repository(connection, batch.repository)) return tl::unexpected(unknown_repository(batch.repository));
  }
  for (const auto& [repository, gap] : poll.gaps) {
    if (!has_repository(connection, repository)) return tl::unexpected(unknown_repository(repository));
    if (Status status = check_gap(gap); !status) return status;
  }
  return {};
}

Result<CommitReceipt> SqliteStore::commit(const PollCommit& poll) {
  Result<CommitReceipt> receipt = write([&](Writer& writer) -> Result<CommitReceipt> {
    Connection& connection = writer.connection;
    if (Status status = check_poll(connection, poll); !status) return tl::unexpected(status.error());
    CommitReceipt made;
    for (const RepositoryEvents& batch : poll.events) {
      made.inserted.push_back(insert_events(connection, writer.packer, batch));
    }
    for (const core::FeedState& feed : poll.feeds) put_feed(connection, feed);
    for (const auto& [repository, gap] : poll.gaps) add_gap(connection, repository, gap);
    for (const auto& [name, value] : poll.notes) put_note(connection, name, value);
    return made;
  });
  if (receipt) sweep();
  return receipt;
}

Status SqliteStore::replace_gaps(RepoId repository, std::span<const core::Gap> gaps) {
  for (const core::Gap& gap : gaps) {
    if (Status status = check_gap(gap); !status) return status;
  }
  return write([&](Writer& writer) -> Status {
    if (!has_repository(writer.connection, repository)) return tl::unexpected(unknown_repository(repository));
    sqlite::replace_gaps(writer.connection, repository, {gaps.begin(), gaps.end()});
    return {};
  });
}

Result<std::vector<std::pair<std::string, std::string>>> SqliteStore::notes() {
  return read([](Reader& reader) { return load_notes(reader.connection); });
}

// --- events ---

Status SqliteStore::visit_newest(RepoId repository, std::size_t limit, const WindowVisitor& visit) {
  return read_of(repository,
                 [&](Reader& reader) {
                   sqlite::visit_newest(reader.connection, repository, limit, visit);
                   return true;
                 })
      .map([](bool) {});
}

Result<std::vector<core::EventTime>> SqliteStore::arrivals(RepoId repository, core::EventTime since) {
  return read_of(repository, [&](Reader& reader) { return sqlite::arrivals(reader.connection, repository, since); });
}

Result<EventPage> SqliteStore::events(RepoId repository, const EventFilter& filter, std::size_t offset,
                                      std::size_t limit) {
  return read_of(repository, [&](Reader& reader) { return page_of_events(reader, repository, filter, offset, limit); });
}

Status SqliteStore::visit_events(RepoId repository, const EventFilter& filter,
                                 const std::function<bool(const StoredEvent&)>& visit) {
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

Result<std::vector<StoredEvent>> SqliteStore::events_after(Sequence after, std::size_t limit) {
  return read([&](Reader& reader) { return sqlite::events_after(reader, after, limit); });
}

Result<Sequence> SqliteStore::last_sequence() {
  return read([](Reader& reader) { return sqlite::last_sequence(reader.connection); });
}

Result<std::size_t> SqliteStore::delete_events_before(core::EventTime before, std::size_t limit) {
  sweep();
  return write([&](Writer& writer) -> Result<std::size_t> {
    return sqlite::delete_events_before(writer.connection, before, limit);
  });
}

// --- keys ---

Result<std::vector<ApiKey>> SqliteStore::keys() {
  return read([](Reader& reader) { return load_keys(reader.connection); });
}

Status SqliteStore::add_key(const ApiKey& key) {
  return write([&](Writer& writer) { return sqlite::add_key(writer.connection, key); });
}

Status SqliteStore::revoke_key(const std::string& id) {
  return write([&](Writer& writer) { return sqlite::revoke_key(writer.connection, id); });
}

// --- who polls ---

Result<std::optional<Lease>> SqliteStore::acquire_lease(const std::string& holder, int shard, core::Millis ttl,
                                                        core::Timestamp now) {
  return write([&](Writer& writer) -> Result<std::optional<Lease>> {
    return Lease{shard, take_fence(writer.connection, shard, holder), now + ttl};
  });
}

Status SqliteStore::release_lease(const std::string& holder, int shard) {
  return write([&](Writer& writer) -> Status {
    give_up_fence(writer.connection, shard, holder);
    return {};
  });
}

Status SqliteStore::ping() {
  return repositories_revision().map([](std::int64_t) {});
}

// --- opening ---

// One file has one lock, by whatever path it is named.
std::string canonical(const std::string& path) {
  std::error_code error;
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(path, error);
  return error ? path : resolved.string();
}

void switch_to_wal(Connection& connection) {
  Statement mode = connection.prepare("PRAGMA journal_mode = WAL");
  if (mode.step() && mode.text(0) == "wal") return;
  throw SqliteFailure(SQLITE_CANTOPEN, {core::ErrorKind::kUnavailable,
                                        "store " + connection.path() + ": its file system allows no write-ahead log"});
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
