// The thread that polls: asks the monitor what to do, sends what it says, hands back the answer. One request at a time.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "app/log.h"
#include "app/token_file.h"
#include "core/time.h"
#include "github/curl_transport.h"
#include "monitor/monitor.h"

namespace repopulse::app {

class PollerThread {
 public:
  // Starts at once. The monitor and the log must outlive it; nothing may wake the monitor after its end. `token`: where
  // the token may be renewed.
  PollerThread(monitor::Monitor& monitor, std::unique_ptr<github::CancellableTransport> transport,
               std::optional<TokenFile> token, Log& log);
  ~PollerThread();
  PollerThread(const PollerThread&) = delete;
  PollerThread& operator=(const PollerThread&) = delete;

  // Nothing more is asked. An answer that comes within `grace` is still stored; then the request is cut off.
  void begin_stop();
  void stop(core::Millis grace);

 private:
  void run();
  void wait(core::Timestamp until);
  void look_at_token();
  bool stopping() const;

  monitor::Monitor& monitor_;
  const std::unique_ptr<github::CancellableTransport> transport_;
  std::optional<TokenFile> token_;
  Log& log_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopping_ = false;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace repopulse::app
