// What happens at SIGTERM or SIGINT, the requests to stop, and at SIGHUP, the request to read the settings again.
// Changes how the whole process treats these signals and SIGPIPE.
#pragma once

#include <functional>
#include <vector>

namespace repopulse::app {

// Make it before any thread starts, since threads inherit which signals are blocked.
class ServiceSignals {
 public:
  // Blocks SIGTERM, SIGINT and SIGHUP, and ignores SIGPIPE.
  ServiceSignals();
  // Waits for SIGTERM or SIGINT and returns its number. From then on another one ends the process at once. Calls
  // `on_hangup` on this thread for each SIGHUP before that. A SIGHUP because the terminal is gone from which the
  // process was started is a request to stop instead.
  int wait(const std::function<void()>& on_hangup) const;

 private:
  bool terminal_is_gone() const;

  std::vector<int> terminals_;  // the standard files that were terminals at the start
};

// For work that may end anywhere: SIGTERM or SIGINT writes `words` to stderr, on a line of its own where a terminal
// shows progress there, and ends the process at once, with the status 128 + its number. `words` must live on.
void end_at_stop_signals(const char* words);

}  // namespace repopulse::app
