// A disk under SQLite that can fail, and that can lose its power: what was written but never synced may then be there,
// or in part, or not at all. SQLite's default VFS while the object lives; one at a time.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace repopulse::store::sqlite {

class FaultyVfs {
 public:
  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  enum class Operation { kRead, kWrite, kSync };
  // From the `after`-th operation of that kind on, each answers `code` (SQLITE_FULL, SQLITE_IOERR_READ, …).
  void fail(Operation operation, int code, int after = 0);
  void heal();

  // Writes into `to` what the disk would hold of the files in `from` if the power went now.
  void copy_after_power_cut(const std::string& from, const std::string& to, std::uint64_t seed);

  // --- for the files of this disk ---
  struct Change {
    std::int64_t offset = 0;
    std::string bytes;
    bool truncation = false;  // to `offset`
  };
  int fault(Operation operation);
  void record(const std::string& path, Change change);
  void synced(const std::string& path);
  void created(const std::string& path);
  void deleted(const std::string& path);

 private:
  struct Image {
    std::string durable;
    std::vector<Change> pending;
  };
  static void apply(const Change& change, std::string& image);

  sqlite3_vfs vfs_;
  std::mutex mutex_;
  std::map<std::string, Image> images_;
  std::map<Operation, std::pair<int, int>> faults_;  // code, operations that still succeed
};

}  // namespace repopulse::store::sqlite
