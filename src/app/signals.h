// SIGTERM and SIGINT, waited for rather than handled.
#pragma once

namespace repopulse::app {

// Of the whole process: to be made before any thread is, since threads inherit what is blocked.
class StopSignals {
 public:
  // Blocks SIGTERM and SIGINT, and ignores SIGPIPE.
  StopSignals();
  // Waits for one of the two, and gives its number. From then on a further one ends the process at once.
  int wait() const;
};

}  // namespace repopulse::app
