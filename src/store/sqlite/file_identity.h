// Which file a path names: device and inode. It reads the file system alone.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace repopulse::store::sqlite {

struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;

  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
  static std::optional<FileIdentity> of(const std::string& path);  // nullopt: there is no such file, or it is not seen
};

}  // namespace repopulse::store::sqlite
