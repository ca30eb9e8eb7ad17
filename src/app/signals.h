// Waits for SIGTERM or SIGINT, the requests to stop. Changes how the whole process treats these signals and SIGPIPE.
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

}  // namespace repopulse::app
