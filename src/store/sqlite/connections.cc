#include "store/sqlite/connections.h"

#include "store/sqlite/schema.h"

namespace repopulse::store::sqlite {
namespace {

// Readers beyond these are closed after use: each holds a page cache.
constexpr std::size_t kIdleReaders = 4;

}  // namespace

Connection Connections::connect() const {
  Connection connection(path_, /*create=*/false);
  // Somebody may have put another file in its place.
  if (schema_state(connection) != SchemaState::kPresent) {
    throw SqliteFailure(SQLITE_NOTADB, {core::ErrorKind::kCorrupt, "store " + path_ + ": its tables are gone"});
  }
  return connection;
}

std::unique_ptr<Reader> Connections::take_reader() {
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

void Connections::return_reader(std::unique_ptr<Reader> reader) {
  const std::lock_guard lock(readers_mutex_);
  if (idle_readers_.size() < kIdleReaders) idle_readers_.push_back(std::move(reader));
}

}  // namespace repopulse::store::sqlite
