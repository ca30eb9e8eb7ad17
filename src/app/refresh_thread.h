// The thread that keeps this server up to date with its store: API keys, and what other servers on the store do.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "api/key_ring.h"
#include "app/log.h"
#include "monitor/monitor.h"

namespace repopulse::app {

class Housekeeping {
 public:
  // Starts at once. All that is handed in must outlive it. `replica`: other servers may be on the store.
  Housekeeping(monitor::Monitor& monitor, api::KeyRing& keys, bool replica, Log& log);
  ~Housekeeping();
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;

  void stop();

 private:
  void run();
  void refresh_keys();
  void keep_up();

  monitor::Monitor& monitor_;
  api::KeyRing& keys_;
  const bool replica_;
  Log& log_;
  bool keys_failed_ = false;   // told already
  bool store_failed_ = false;  // likewise
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace repopulse::app
