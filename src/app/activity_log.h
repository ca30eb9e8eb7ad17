// Writes polls, HTTP requests and the poller's state to the log: which of them deserve a line, at which level, with
// which fields. Writes to the log and does nothing else.
#pragma once

#include <string>

#include "app/log.h"
#include "http/server.h"
#include "monitor/monitor.h"

namespace repopulse::app {

// A failed poll is a warning, one that brought new events is information, one without news appears only at level debug.
void log_poll(Log& log, const monitor::PollReport& poll);

// A failed change probe is a warning: until one succeeds, every repository is polled by itself.
void log_probe(Log& log, const monitor::ProbeReport& probe);

// A failure is a warning. Never the token itself.
void log_token(Log& log, const monitor::TokenReport& token);
// A failure is a warning, and so is a limit that is reached.
void log_owner(Log& log, const monitor::OwnerReport& owner);

// Server errors are warnings; changes and client errors are information; a read that succeeded appears only at level
// debug. The query of the URL is not logged.
void log_access(Log& log, const http::Access& access);

// What the service does now, for `systemctl status`: how many repositories it polls, and what hinders it.
std::string status_sentence(const monitor::Snapshot& snapshot);

// Logs the poller's state each time it has changed, and when this machine's clock turns out to be wrong or is right
// again. For one thread.
class ConditionLog {
 public:
  explicit ConditionLog(Log& log) : log_(log) {}
  void update(const monitor::PollerView& poller);

 private:
  void compare_clocks(const monitor::PollerView& poller);

  Log& log_;
  monitor::PollerCondition known_ = monitor::PollerCondition::kOk;
  core::Millis skew_{0};  // as it was logged; 0: the clock is right
};

}  // namespace repopulse::app
