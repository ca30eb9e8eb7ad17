// What the log says of polls and of HTTP requests.
#pragma once

#include <string>

#include "app/log.h"
#include "http/server.h"
#include "monitor/monitor.h"

namespace repopulse::app {

// A poll that brought something or went wrong is worth a line; one that brought nothing only to who debugs.
void log_poll(Log& log, const monitor::PollReport& poll);

// Changes and errors are worth a line; that a dashboard reads once more only to who debugs. Queries are left out.
void log_access(Log& log, const http::Access& access);

// The poller's condition whenever it has changed. Of one thread.
class ConditionLog {
 public:
  explicit ConditionLog(Log& log) : log_(log) {}
  void look(const monitor::PollerView& poller);

 private:
  Log& log_;
  monitor::PollerCondition known_ = monitor::PollerCondition::kOk;
};

}  // namespace repopulse::app
