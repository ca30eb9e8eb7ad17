// SQLite as this folder uses it: a connection with its prepared statements, statements that reset themselves, and
// transactions that roll themselves back. It knows nothing of the store's tables. Failures are thrown as SqliteFailure;
// Connections turns them into Results.
//
// A connection belongs to one thread at a time.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/result.h"
#include "core/time.h"

namespace repopulse::store::sqlite {

class SqliteFailure : public std::exception {
 public:
  // `code`: SQLite's extended result code.
  SqliteFailure(int code, core::Error error) : code_(code), error_(std::move(error)) {}
  const char* what() const noexcept override { return error_.message.c_str(); }
  const core::Error& error() const { return error_; }
  // Only a new connection can succeed: this one was opened read-only, or on a file that is damaged or gone. After a
  // full disk or a failed sync the writer's connection is kept: while it is open, nobody takes the frames that it left
  // in the log for a commit.
  bool needs_new_connection() const;

 private:
  int code_;
  core::Error error_;
};

class Connection;

// A statement in use: bind from 1, step, read columns from 0. Reset and unbound when it goes out of scope.
class Statement {
 public:
  enum class Life { kKept, kOnce };  // kept by the connection, or finalized with this object
  Statement(Connection& connection, sqlite3_stmt* statement, Life life)
      : connection_(connection), statement_(statement), life_(life) {}
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Texts and blobs are not copied: they must live until the statement is stepped for the last time.
  Statement& bind(std::int64_t value);
  Statement& bind_real(double value);
  Statement& bind_text(std::string_view value);
  Statement& bind_copy(std::string_view text);  // for one that does not live as long
  Statement& bind_blob(std::string_view value);
  Statement& bind_null();
  Statement& bind_time(const std::optional<core::Timestamp>& at);  // Unix time in milliseconds; nullopt: NULL

  bool step();  // true: there is a row
  void run();   // steps to the end

  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  double real(int column) const { return sqlite3_column_double(statement_, column); }
  bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::optional<core::Timestamp> time(int column) const;  // as bind_time() wrote it
  // Valid until the next step.
  std::string_view text(int column) const;

 private:
  void check(int code) const;
  Connection& connection_;
  sqlite3_stmt* statement_;
  Life life_;
  int next_parameter_ = 1;
};

class Connection {
 public:
  // Creates the file where `create` is set. Throws SqliteFailure.
  Connection(const std::string& path, bool create);

  // Prepared once. `sql` must live as long as the connection, as a literal does.
  Statement prepare(std::string_view sql);
  // For SQL that is composed at run time: prepared each time (some 20 µs).
  Statement prepare_once(const std::string& sql);
  // Any number of statements without parameters and rows.
  void execute(const char* sql);
  std::int64_t integer(std::string_view sql);  // first column of the first row of a query without parameters

  std::int64_t last_insert_rowid() const { return sqlite3_last_insert_rowid(database_.get()); }
  std::int64_t changes() const { return sqlite3_changes64(database_.get()); }
  // Copies the whole database, as this connection sees it, into that of `target`. In a transaction it is that of one
  // moment, whoever writes meanwhile. `copied` hears now and then how many pages of how many are there.
  void copy_to(Connection& target, const std::function<void(int pages, int of)>& copied);
  // Ends a transaction, if there is one. An error here is ignored: there was one before, which the caller reports.
  void roll_back() noexcept;
  bool in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }
  const std::string& path() const { return path_; }
  [[noreturn]] void raise(int code) const;

 private:
  struct Closer {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Prepared = std::unique_ptr<sqlite3_stmt, Finalizer>;
  Prepared compile(std::string_view sql, unsigned flags);

  std::string path_;
  std::unique_ptr<sqlite3, Closer> database_;
  std::unordered_map<std::string_view, Prepared> prepared_;
};

// Rolled back unless committed.
class Transaction {
 public:
  enum class Kind { kRead, kWrite };
  Transaction(Connection& connection, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Connection& connection_;
};

}  // namespace repopulse::store::sqlite
