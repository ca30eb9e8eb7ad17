#include "store/sqlite/owner_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace repopulse::store::sqlite {
namespace {

// Behind every byte that SQLite stores or locks.
constexpr off_t kLockedByte = off_t{1} << 60;

std::string holder_of(int file) {
  std::array<char, 32> text{};
  const ssize_t size = pread(file, text.data(), text.size(), 0);
  return size > 0 ? " (process " + std::string(text.data(), static_cast<std::size_t>(size)) + ")" : "";
}

// For people only: the lock is what counts, so a disk that is too full for a process number is no reason to refuse.
void write_holder(int file) {
  const std::string text = std::to_string(getpid());
  if (ftruncate(file, 0) != 0 || pwrite(file, text.data(), text.size(), 0) < 0) return;
}

}  // namespace

OwnerLock::~OwnerLock() {
  if (store_ >= 0) close(store_);
  if (file_ >= 0) close(file_);
}

OwnerLock::OwnerLock(OwnerLock&& other) noexcept
    : file_(std::exchange(other.file_, -1)), store_(std::exchange(other.store_, -1)) {}

OwnerLock& OwnerLock::operator=(OwnerLock&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(store_, other.store_);
  return *this;
}

core::Result<OwnerLock> OwnerLock::acquire(const std::string& path) {
  const std::string lock_path = path + "-lock";
  OwnerLock lock(open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (lock.file_ < 0) {
    return core::fail(core::ErrorKind::kUnavailable,
                      "store " + path + ": cannot open " + lock_path + ": " + std::strerror(errno));
  }
  if (flock(lock.file_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return core::fail(core::ErrorKind::kUnavailable,
                        "store " + path + ": cannot lock " + lock_path + ": " + std::strerror(errno));
    }
    return core::fail(core::ErrorKind::kConflict,
                      "store " + path + ": another repopulse uses it already" + holder_of(lock.file_));
  }
  if (core::Status locked = lock.lock_store(path); !locked) return tl::unexpected(locked.error());
  write_holder(lock.file_);
  return lock;
}

// Where the file cannot be opened for writing, or its file system knows no such locks, SQLite will say so or
// `PATH-lock` has to do.
core::Status OwnerLock::lock_store(const std::string& path) {
  store_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (store_ < 0) return {};
  struct flock byte{};
  byte.l_type = F_WRLCK;
  byte.l_whence = SEEK_SET;
  byte.l_start = kLockedByte;
  byte.l_len = 1;
  if (fcntl(store_, F_OFD_SETLK, &byte) == 0 || (errno != EAGAIN && errno != EACCES)) return {};
  return core::fail(core::ErrorKind::kConflict,
                    "store " + path + ": another repopulse uses this file already, by another name");
}

}  // namespace repopulse::store::sqlite
