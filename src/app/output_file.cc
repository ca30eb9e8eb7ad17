#include "app/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace repopulse::app {
namespace {

constexpr std::size_t kBufferBytes = 256u << 10;

}  // namespace

core::Result<OutputFile> OutputFile::open(const std::string& path) {
  // A closed pipe should make write() fail instead of ending the process.
  std::signal(SIGPIPE, SIG_IGN);
  if (path == "-") return OutputFile(STDOUT_FILENO, "standard output");
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return core::fail(core::ErrorKind::kUnavailable, path + ": " + std::strerror(errno));
  return OutputFile(file, path);
}

OutputFile::~OutputFile() {
  if (file_ > STDERR_FILENO) ::close(file_);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)), name_(std::move(other.name_)), buffer_(std::move(other.buffer_)) {}

core::Result<bool> OutputFile::write(std::string_view bytes) {
  buffer_.append(bytes);
  return buffer_.size() < kBufferBytes ? core::Result<bool>(true) : flush();
}

core::Result<bool> OutputFile::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = ::write(file_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      return false;
    } else if (errno != EINTR) {
      return core::fail(core::ErrorKind::kUnavailable, name_ + ": " + std::strerror(errno));
    }
  }
  buffer_.clear();
  return true;
}

}  // namespace repopulse::app
