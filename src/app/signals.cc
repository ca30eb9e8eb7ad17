#include "app/signals.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <initializer_list>

namespace repopulse::app {
namespace {

constexpr int kStandardFiles[] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
constexpr int kSignalled = 128;  // shells report 128 + the number of the signal

sigset_t set_of(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

const char* last_words = "";

// Calls only what a signal handler may call.
void write_to_stderr(const char* text) {
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text, std::strlen(text));
}

}  // namespace

ServiceSignals::ServiceSignals() {
  const sigset_t set = set_of({SIGTERM, SIGINT, SIGHUP});
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  for (const int file : kStandardFiles) {
    if (isatty(file) == 1) terminals_.push_back(file);
  }
}

// Whoever closes a terminal wants what runs in it to end.
bool ServiceSignals::terminal_is_gone() const {
  return std::ranges::any_of(terminals_, [](int file) { return isatty(file) != 1; });
}

int ServiceSignals::wait(const std::function<void()>& on_hangup) const {
  const sigset_t set = set_of({SIGTERM, SIGINT, SIGHUP});
  int number = 0;
  while (true) {
    if (sigwait(&set, &number) != 0) continue;
    if (number != SIGHUP || terminal_is_gone()) break;
    on_hangup();
  }
  // A handler is needed: in a container the first process ignores these signals by default.
  for (const int stop : {SIGTERM, SIGINT}) std::signal(stop, [](int sent) { _exit(kSignalled + sent); });
  const sigset_t stops = set_of({SIGTERM, SIGINT});  // a SIGHUP changes nothing any more
  pthread_sigmask(SIG_UNBLOCK, &stops, nullptr);
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
