// Makes sure that only one process owns a store's file. The lock ends with the process, however that ends. It never
// touches the store's file itself.
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

  // Locks `PATH-lock`, creating it. kConflict while another holds it: the message names its process.
  static core::Result<OwnerLock> acquire(const std::string& path);

 private:
  explicit OwnerLock(int file) : file_(file) {}
  int file_ = -1;
};

}  // namespace repopulse::store::sqlite
