// The thread that keeps this server up to date with its store: it reads the API keys again every 2 s, notices when
// the store takes no writes, and on a shared store takes shards and what other servers have stored. It asks GitHub
// nothing. Leases last while it waits for the store: see lease_thread.h.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "api/key_ring.h"
#include "app/log.h"
#include "monitor/monitor.h"

namespace repopulse::app {

class RefreshThread {
 public:
  // Starts the thread. The arguments must outlive it. `replica`: other servers may use the same store.
  RefreshThread(monitor::Monitor& monitor, api::KeyRing& keys, bool replica, Log& log);
  ~RefreshThread();
  RefreshThread(const RefreshThread&) = delete;
  RefreshThread& operator=(const RefreshThread&) = delete;

  void stop();

 private:
  void run();
  void refresh_keys();
  void check_store();
  void follow_others();

  monitor::Monitor& monitor_;
  api::KeyRing& keys_;
  const bool replica_;
  Log& log_;
  bool keys_failed_ = false;   // the failure is in the log already
  bool write_failed_ = false;  // the same for the store's trial writes,
  bool store_failed_ = false;  // and for following others
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace repopulse::app
