// The connections of one open store: one that writes, and a few that read beside it. Every call of the store runs as
// one transaction on one of them; SqliteFailure, which the tables throw, ends here and becomes a Result.
//
// Any thread may call anything at any time. Readers wait for nobody; writers wait for each other.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/result.h"
#include "store/event_codec.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/file_identity.h"

namespace repopulse::store::sqlite {

struct Reader {
  Connection connection;
  EventUnpacker unpacker;
};

struct Writer {
  Connection connection;
  EventPacker packer;
};

class Connections {
 public:
  // To the file at `path`, which must be prepared. Opens nothing yet.
  explicit Connections(std::string path);

  // Is it still the file that was prepared? One that was removed or replaced would lose everything that is written.
  core::Status check_file() const;

  // Runs `work(Reader&)` in one read transaction: it sees the store at one moment.
  template <typename Work>
  auto read(const Work& work) -> core::Result<std::invoke_result_t<Work, Reader&>> {
    try {
      std::unique_ptr<Reader> reader = take_reader();
      auto result = read_with(*reader, work);
      return_reader(std::move(reader));
      return result;
    } catch (const SqliteFailure& failure) {
      return tl::unexpected(failure.error());
    }
  }

  // Runs `work(Writer&)`, which returns a Result, in one write transaction; rolled back where that is an error.
  template <typename Work>
  auto write(const Work& work) -> std::invoke_result_t<Work, Writer&> {
    const std::lock_guard lock(writer_mutex_);
    if (core::Status there = check_log(); !there) return tl::unexpected(there.error());
    try {
      if (!writer_) writer_ = std::make_unique<Writer>(Writer{connect(), EventPacker()});
      Transaction transaction(writer_->connection, Transaction::Kind::kWrite);
      auto result = work(*writer_);
      if (result) transaction.commit();
      if (!log_) log_ = FileIdentity::of(log_path());
      return result;
    } catch (const SqliteFailure& failure) {
      if (failure.needs_new_connection()) close_writer();
      return tl::unexpected(failure.error());
    }
  }

 private:
  // The transaction is gone when it returns: from then on the connection may be another thread's.
  template <typename Work>
  static auto read_with(Reader& reader, const Work& work) {
    Transaction transaction(reader.connection, Transaction::Kind::kRead);
    auto result = work(reader);
    transaction.commit();
    return result;
  }
  Connection connect() const;
  void close_writer();
  std::string log_path() const { return path_ + "-wal"; }
  core::Status check_log() const;  // and the file itself
  std::unique_ptr<Reader> take_reader();
  void return_reader(std::unique_ptr<Reader> reader);

  const std::string path_;
  const std::optional<FileIdentity> file_;
  std::mutex writer_mutex_;
  std::optional<FileIdentity> log_;  // as the writer has it open; nullopt until it has written
  std::unique_ptr<Writer> writer_;   // opened when first used, and anew after a failure that casts doubt on it
  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<Reader>> idle_readers_;
};

}  // namespace repopulse::store::sqlite
