#include "store/sqlite/connection.h"

#include <cstring>
#include <new>
#include <utility>

namespace repopulse::store::sqlite {
namespace {

// How long a writer waits for one of another process (`keys add` beside a server) before it gives up.
constexpr int kBusyTimeoutMillis = 5'000;

// `page_cache` in KiB: enough for the upper levels of every index; the kernel caches the rest.
constexpr const char* kSettings =
    "PRAGMA synchronous = FULL;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA cache_size = -1024;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA journal_size_limit = 4194304;"
    "PRAGMA trusted_schema = OFF;";

core::ErrorKind kind_of(int code) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:  // the schema is not what it must be
    case SQLITE_SCHEMA:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
      return core::ErrorKind::kCorrupt;
    default:
      return core::ErrorKind::kUnavailable;
  }
}

std::string reason_of(int code, sqlite3* database) {
  std::string reason = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  if ((code & 0xff) == SQLITE_BUSY) reason = "another process has been writing for too long (" + reason + ")";
  const int system = database != nullptr ? sqlite3_system_errno(database) : 0;
  const bool names_system = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
  if (names_system && system != 0) reason += std::string(": ") + std::strerror(system);
  return reason;
}

}  // namespace

bool SqliteFailure::needs_new_connection() const {
  switch (code_ & 0xff) {
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return true;
    default:
      return false;
  }
}

Statement::~Statement() {
  if (life_ == Life::kOnce) {
    sqlite3_finalize(statement_);
    return;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) connection_.raise(code);
}

Statement& Statement::bind(std::int64_t value) {
  check(sqlite3_bind_int64(statement_, next_parameter_++, value));
  return *this;
}

Statement& Statement::bind_real(double value) {
  check(sqlite3_bind_double(statement_, next_parameter_++, value));
  return *this;
}

Statement& Statement::bind_text(std::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();
  check(sqlite3_bind_text64(statement_, next_parameter_++, data, value.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_copy(std::string_view text) {
  check(sqlite3_bind_text64(statement_, next_parameter_++, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_blob(std::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();
  check(sqlite3_bind_blob64(statement_, next_parameter_++, data, value.size(), SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind_null() {
  check(sqlite3_bind_null(statement_, next_parameter_++));
  return *this;
}

Statement& Statement::bind_time(const std::optional<core::Timestamp>& at) {
  return at ? bind(core::unix_millis(*at)) : bind_null();
}

std::optional<core::Timestamp> Statement::time(int column) const {
  return is_null(column) ? std::nullopt : std::optional(core::timestamp_from_unix_millis(integer(column)));
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_.raise(code);
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

std::string_view Statement::text(int column) const {
  // A blob's pointer serves texts as well, and its length counts bytes.
  const void* data = sqlite3_column_blob(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(data), size);
}

Connection::Connection(const std::string& path, bool create) : path_(path) {
  sqlite3* opened = nullptr;
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (create ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  database_.reset(opened);
  if (opened == nullptr) throw std::bad_alloc();
  if (code != SQLITE_OK) raise(code);
  // The default of 120 kB a connection is more than these few short statements use.
  sqlite3_db_config(opened, SQLITE_DBCONFIG_LOOKASIDE, nullptr, 128, 128);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_busy_timeout(opened, kBusyTimeoutMillis);
  execute(kSettings);
}

void Connection::raise(int code) const {
  throw SqliteFailure(code, {kind_of(code), "store " + path_ + ": " + reason_of(code, database_.get())});
}

Connection::Prepared Connection::compile(std::string_view sql, unsigned flags) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()), flags, &statement, nullptr);
  if (code != SQLITE_OK) raise(code);
  return Prepared(statement);
}

Statement Connection::prepare(std::string_view sql) {
  auto found = prepared_.find(sql);
  if (found == prepared_.end()) found = prepared_.emplace(sql, compile(sql, SQLITE_PREPARE_PERSISTENT)).first;
  return {*this, found->second.get(), Statement::Life::kKept};
}

Statement Connection::prepare_once(const std::string& sql) {
  return {*this, compile(sql, 0).release(), Statement::Life::kOnce};
}

void Connection::execute(const char* sql) {
  const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) raise(code);
}

void Connection::roll_back() noexcept {
  if (in_transaction()) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Connection::copy_to(Connection& target, const std::function<void(int pages, int of)>& copied) {
  constexpr int kPagesOfAStep = 2'048;
  struct Finisher {
    void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
  };
  const std::unique_ptr<sqlite3_backup, Finisher> backup(
      sqlite3_backup_init(target.database_.get(), "main", database_.get(), "main"));
  if (!backup) target.raise(sqlite3_errcode(target.database_.get()));
  for (;;) {
    const int code = sqlite3_backup_step(backup.get(), kPagesOfAStep);
    const int of = sqlite3_backup_pagecount(backup.get());
    copied(of - sqlite3_backup_remaining(backup.get()), of);
    if (code == SQLITE_DONE) return;
    if (code != SQLITE_OK) target.raise(code);
  }
}

std::int64_t Connection::integer(std::string_view sql) {
  Statement statement = prepare(sql);
  return statement.step() ? statement.integer(0) : 0;
}

Transaction::Transaction(Connection& connection, Kind kind) : connection_(connection) {
  connection_.execute(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  connection_.roll_back();
}

void Transaction::commit() {
  connection_.execute("COMMIT");
}

}  // namespace repopulse::store::sqlite
