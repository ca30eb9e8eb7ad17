// The thread that renews this server's leases on a shared store, and does nothing else: they must not end because the
// list of repositories takes long to read. It asks GitHub nothing.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "monitor/monitor.h"

namespace repopulse::app {

class LeaseThread {
 public:
  // Starts the thread. The monitor must outlive it.
  explicit LeaseThread(monitor::Monitor& monitor);
  // Waits for a renewal that is under way.
  ~LeaseThread();
  LeaseThread(const LeaseThread&) = delete;
  LeaseThread& operator=(const LeaseThread&) = delete;

 private:
  void run();

  monitor::Monitor& monitor_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace repopulse::app
