// What happens at SIGTERM or SIGINT, the requests to stop. Changes how the whole process treats these signals and
// SIGPIPE.
#pragma once

namespace repopulse::app {

// Make it before any thread starts, since threads inherit which signals are blocked.
class StopSignals {
 public:
  // Blocks SIGTERM and SIGINT, and ignores SIGPIPE.
  StopSignals();
  // Waits for one of the two and returns its number. From then on another one ends the process at once.
  int wait() const;
};

// For work that may end anywhere: one of the two writes `words` to stderr, on a line of its own where a terminal shows
// progress there, and ends the process at once, with the status 128 + its number. `words` must live on.
void end_at_stop_signals(const char* words);

}  // namespace repopulse::app
