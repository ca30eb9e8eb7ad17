// Makes sure that only one process owns a store's file, by whatever name. The lock ends with the process, however that
// ends. It creates the store's file where there is none, and never reads or writes it.
//
// Two locks: one on `PATH-lock`, which names its holder, and one on a byte of the store's file itself, far behind its
// end, which other names of the same file (hard links, mounts) and a deleted `PATH-lock` cannot evade.
#pragma once

#include <string>

#include "core/result.h"

namespace repopulse::store::sqlite {

class OwnerLock {
 public:
  OwnerLock() = default;  // holds nothing
  ~OwnerLock();
  OwnerLock(OwnerLock&& other) noexcept;
  OwnerLock& operator=(OwnerLock&& other) noexcept;

  // Locks both. kConflict while another holds one: the message names its process where that is known. To be called
  // before this process opens the file with SQLite, and to be destroyed after it has closed it.
  static core::Result<OwnerLock> acquire(const std::string& path);

 private:
  explicit OwnerLock(int file) : file_(file) {}
  core::Status lock_store(const std::string& path);
  int file_ = -1;   // PATH-lock
  int store_ = -1;  // PATH
};

}  // namespace repopulse::store::sqlite
