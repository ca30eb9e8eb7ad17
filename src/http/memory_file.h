// A long body in a file in memory (memfd), for answers that are written again and again. The kernel sends such a file
// from where it lies: nothing is copied, so many readers at once do not drive each other's bytes out of the
// processor's cache. It appears in no file system.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace repopulse::http {

// From this size on a file is worth its two system calls more for each answer.
inline constexpr std::size_t kMinFileBytes = 32 * 1024;

class MemoryFile {
 public:
  // Nothing where it is not worth it, where kMaxFiles are open, or where the kernel refuses: the body is then written
  // as any other. Any thread.
  static std::shared_ptr<const MemoryFile> make(std::string_view bytes);
  static constexpr int kMaxFiles = 256;

  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile();

  int descriptor() const { return descriptor_; }

 private:
  explicit MemoryFile(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace repopulse::http
