#include "store/sqlite/connections.h"

#include <fstream>

#include "store/sqlite/schema.h"

namespace repopulse::store::sqlite {
namespace {

// Readers beyond these are closed after use: each holds a page cache.
constexpr std::size_t kIdleReaders = 4;

bool is_database(const std::string& path) {
  std::string begin(15, '\0');
  std::ifstream(path, std::ios::binary).read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return begin == "SQLite format 3";
}

}  // namespace

Connections::Connections(std::string path) : path_(std::move(path)), file_(FileIdentity::of(path_)) {}

core::Status Connections::check_file() const {
  const std::optional<FileIdentity> there = FileIdentity::of(path_);
  if (file_ && there == file_) return {};
  return core::fail(there && !is_database(path_) ? core::ErrorKind::kCorrupt : core::ErrorKind::kUnavailable,
                    "store " + path_ + ": the file was removed or replaced while it was in use; nothing is written " +
                        "until it is back, or repopulse is started again");
}

core::Status Connections::check_log() const {
  if (core::Status there = check_file(); !there) return there;
  if (!log_ || FileIdentity::of(log_path()) == log_) return {};
  return core::fail(core::ErrorKind::kUnavailable,
                    "store " + path_ + ": its write-ahead log " + log_path() +
                        " was removed or replaced while it was " +
                        "in use; nothing is written until it is back, or repopulse is started again");
}

// The log is deleted with its last connection, and the next writer makes another one. One that somebody else has taken
// away stays missed.
void Connections::close_writer() {
  const bool untouched = FileIdentity::of(log_path()) == log_;
  writer_.reset();
  if (untouched) log_.reset();
}

Connection Connections::connect() const {
  if (const core::Status there = check_file(); !there) throw SqliteFailure(SQLITE_CANTOPEN, there.error());
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
