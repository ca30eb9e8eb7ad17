#include "store/sqlite/backup.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "store/sqlite/connection.h"
#include "store/sqlite/schema.h"

namespace repopulse::store::sqlite {
namespace {

using core::ErrorKind;
using core::Result;
using core::Status;

core::Error failed_to(const std::string& what, const std::string& path) {
  return {ErrorKind::kUnavailable, "cannot " + what + " " + path + ": " + std::strerror(errno)};
}

// Makes what was written, or renamed, at this path last.
Status sync(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return tl::unexpected(failed_to("open", path));
  const int code = ::fsync(file);
  Status status;
  if (code != 0) status = tl::unexpected(failed_to("sync", path));
  ::close(file);
  return status;
}

// An empty file beside the target, locked against other backups, that is removed unless it has become the target.
class PartialFile {
 public:
  static Result<PartialFile> create(const std::string& target) {
    PartialFile partial(target + ".partial");
    partial.file_ = ::open(partial.path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (partial.file_ < 0) return tl::unexpected(failed_to("create", partial.path_));
    if (::flock(partial.file_, LOCK_EX | LOCK_NB) != 0) {
      ::close(std::exchange(partial.file_, -1));
      return core::fail(ErrorKind::kConflict, "another backup to " + target + " is running");
    }
    // One that was killed may have left something.
    if (::ftruncate(partial.file_, 0) != 0) return tl::unexpected(failed_to("empty", partial.path_));
    partial.remove_journals();
    return partial;
  }
  PartialFile(PartialFile&& other) noexcept : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)) {}
  PartialFile& operator=(PartialFile&&) = delete;
  ~PartialFile() {
    if (file_ < 0) return;
    remove_journals();
    ::unlink(path_.c_str());
    ::close(file_);
  }

  const std::string& path() const { return path_; }

  Status become(const std::string& target) {
    if (::fsync(file_) != 0) return tl::unexpected(failed_to("sync", path_));
    if (::rename(path_.c_str(), target.c_str()) != 0) return tl::unexpected(failed_to("write", target));
    ::close(std::exchange(file_, -1));
    const std::string folder = std::filesystem::path(target).parent_path().string();
    return sync(folder.empty() ? "." : folder);
  }

 private:
  explicit PartialFile(std::string path) : path_(std::move(path)) {}
  void remove_journals() const {
    for (const char* ending : {"-journal", "-wal", "-shm"}) ::unlink((path_ + ending).c_str());
  }

  std::string path_;
  int file_ = -1;
};

// The copy is closed at the end, so that the file holds all of it.
Backup copy(const std::string& path, const std::string& target,
            const std::function<void(const BackupProgress&)>& progress) {
  Connection from(path, /*create=*/false);
  if (schema_state(from) == SchemaState::kEmpty) {
    throw SqliteFailure(SQLITE_NOTADB, {ErrorKind::kCorrupt, path + " is empty, and no store of repopulse"});
  }
  Connection to(target, /*create=*/false);
  const Transaction moment(from, Transaction::Kind::kRead);
  Backup backup;
  backup.events = static_cast<std::uint64_t>(from.integer("SELECT count(*) FROM events"));
  const auto page_bytes = static_cast<std::uint64_t>(from.integer("PRAGMA page_size"));
  from.copy_to(to, [&](int pages, int of) {
    progress({static_cast<std::uint64_t>(pages) * page_bytes, static_cast<std::uint64_t>(of) * page_bytes});
  });
  to.execute("PRAGMA journal_mode = DELETE");  // one file, which a medium without writes can hold, too
  return backup;
}

Status check(const std::string& path, const std::string& source) {
  Connection copy(path, /*create=*/false);
  Statement check = copy.prepare("PRAGMA integrity_check(1)");
  const std::string found = check.step() ? std::string(check.text(0)) : "no answer";
  if (found == "ok") return {};
  return core::fail(ErrorKind::kCorrupt, "store " + source + " is damaged, and was not backed up: " + found);
}

}  // namespace

Result<Backup> back_up(const std::string& path, const std::string& target,
                       const std::function<void(const BackupProgress&)>& progress) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return core::fail(ErrorKind::kNotFound, "the store " + path + " does not exist");
  }
  if (std::filesystem::equivalent(path, target, error)) {
    return core::fail(ErrorKind::kBadInput, target + " is the store itself: expected another file");
  }
  auto partial = PartialFile::create(target);
  if (!partial) return tl::unexpected(partial.error());
  try {
    Backup backup = copy(path, partial->path(), progress);
    if (const auto checked = check(partial->path(), path); !checked) return tl::unexpected(checked.error());
    backup.bytes = std::filesystem::file_size(partial->path(), error);
    if (const auto placed = partial->become(target); !placed) return tl::unexpected(placed.error());
    return backup;
  } catch (const SqliteFailure& failure) {
    return tl::unexpected(failure.error());
  }
}

}  // namespace repopulse::store::sqlite
