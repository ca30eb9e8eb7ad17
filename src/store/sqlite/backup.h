// Copies a store into a file while servers use it: SQLite's online backup. The file is checked, and is in its place
// whole or not at all.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/result.h"

namespace repopulse::store::sqlite {

struct BackupProgress {
  std::uint64_t bytes = 0;  // copied
  std::uint64_t of = 0;
};

struct Backup {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;  // of the file
};

// Copies the store at `path`, as it is at one moment, to `target`, and replaces what is there. Only its owner may read
// the new file. Until all of it is on the disk and has passed SQLite's check, it is `target`.partial.
// kNotFound: there is no store at `path`. kBadInput: `target` is that store. kConflict: another backup to `target` is
// running. kCorrupt: what is at `path` is no store, or is damaged. kUnavailable: a disk does not answer or is full.
core::Result<Backup> back_up(const std::string& path, const std::string& target,
                             const std::function<void(const BackupProgress&)>& progress);

}  // namespace repopulse::store::sqlite
