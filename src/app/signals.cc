#include "app/signals.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <initializer_list>

namespace repopulse::app {
namespace {

constexpr int kSignalled = 128;  // shells report 128 + the number of the signal

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

const char* last_words = "";

// Calls only what a signal handler may call.
void write_to_stderr(const char* text) {
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text, std::strlen(text));
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

int StopSignals::wait() const {
  const sigset_t set = stop_signals();
  int number = 0;
  while (sigwait(&set, &number) != 0) {
  }
  // A handler is needed: in a container the first process ignores these signals by default.
  for (const int stop : {SIGTERM, SIGINT}) std::signal(stop, [](int sent) { _exit(kSignalled + sent); });
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  return number;
}

void end_at_stop_signals(const char* words) {
  last_words = words;
  for (const int stop : {SIGTERM, SIGINT}) {
    std::signal(stop, [](int sent) {
      if (isatty(STDERR_FILENO) == 1) write_to_stderr("\r\x1b[K");
      write_to_stderr(last_words);
      _exit(kSignalled + sent);
    });
  }
}

}  // namespace repopulse::app
