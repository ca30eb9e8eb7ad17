#include "http/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace repopulse::http {
namespace {

std::atomic<int> open_files{0};

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::write(descriptor, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

}  // namespace

std::shared_ptr<const MemoryFile> MemoryFile::make(std::string_view bytes) {
  if (bytes.size() < kMinFileBytes || open_files.load(std::memory_order_relaxed) >= kMaxFiles) return nullptr;
  const int descriptor = memfd_create("answer", MFD_CLOEXEC);
  if (descriptor < 0) return nullptr;
  open_files.fetch_add(1, std::memory_order_relaxed);
  std::shared_ptr<const MemoryFile> file(new MemoryFile(descriptor));
  return write_all(descriptor, bytes) ? file : nullptr;
}

MemoryFile::~MemoryFile() {
  ::close(descriptor_);
  open_files.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace repopulse::http
