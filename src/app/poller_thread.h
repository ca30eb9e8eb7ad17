// The thread that polls GitHub. It asks the monitor what to do next, sends that request with libcurl and gives the
// result back to the monitor. It never sends two requests at once, and decides nothing itself. Each turn of its loop
// tells the service manager that it is alive, and what it does.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "app/app_key_file.h"
#include "app/log.h"
#include "app/service_manager.h"
#include "app/token_file.h"
#include "core/time.h"
#include "github/curl_transport.h"
#include "monitor/monitor.h"

namespace repopulse::app {

// Files to watch for what replaces a secret; each as far as there is one.
struct SecretFiles {
  std::optional<TokenFile> token;
  std::optional<AppKeyFile> app_key;
};

class PollerThread {
 public:
  // Starts the thread. Monitor, service manager and log must outlive this; after the destructor nothing may wake the
  // monitor.
  PollerThread(monitor::Monitor& monitor, std::unique_ptr<github::CancellableTransport> transport, SecretFiles files,
               ServiceManager& manager, Log& log);
  ~PollerThread();
  PollerThread(const PollerThread&) = delete;
  PollerThread& operator=(const PollerThread&) = delete;

  // begin_stop() returns at once; no new request starts. stop() waits: an answer that comes within `grace` is still
  // stored, after that the request is cancelled.
  void begin_stop();
  void stop(core::Millis grace);

 private:
  void run();
  void wait(core::Timestamp until);
  void tell_manager();
  void look_at_files();
  void look_at_token();
  void look_at_app_key();
  bool stopping() const;

  monitor::Monitor& monitor_;
  const std::unique_ptr<github::CancellableTransport> transport_;
  SecretFiles files_;
  ServiceManager& manager_;
  Log& log_;
  std::string told_;  // to the service manager
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopping_ = false;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace repopulse::app
