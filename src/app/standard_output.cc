#include "app/standard_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <string>

#include "app/command.h"

namespace repopulse::app {

void occupy_standard_files() {
  for (int file = STDIN_FILENO; file <= STDERR_FILENO; ++file) {
    if (::fcntl(file, F_GETFD) >= 0 || errno != EBADF) continue;
    // open() takes the lowest free number, which is this one. The wrong way round, so that its use fails.
    if (::open("/dev/null", file == STDOUT_FILENO ? O_RDONLY : O_WRONLY) < 0) return;
  }
}

int finish_output(int status) {
  const bool lost_before = !std::cout;
  errno = 0;
  const bool written = static_cast<bool>(std::cout.flush());
  const int reason = lost_before ? 0 : errno;
  if (written || status != kSuccess || reason == EPIPE) return status;
  const std::string why = reason == 0 ? std::string() : std::string(": ") + std::strerror(reason);
  return report({core::ErrorKind::kUnavailable, "cannot write to standard output" + why});
}

}  // namespace repopulse::app
