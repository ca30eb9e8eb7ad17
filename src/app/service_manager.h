// Tells the service manager (systemd, or what speaks as it does) that the service is ready, reads its settings again,
// stops, and that its poller is alive: one datagram to the socket that NOTIFY_SOCKET names, as sd_notify(3) documents
// the protocol. Without NOTIFY_SOCKET nothing is sent. It decides nothing about the service.
#pragma once

#include <string>
#include <string_view>

#include "app/settings.h"
#include "core/result.h"
#include "core/time.h"

namespace repopulse::app {

class ServiceManager {
 public:
  // Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
  explicit ServiceManager(const Environment& environment);

  bool listens() const { return !socket_.empty(); }
  // The service manager restarts the service when keep_alive() was not called for so long; 0: it does not look.
  core::Millis watchdog() const { return watchdog_; }

  // Any thread. kUnavailable: the socket takes nothing.
  core::Status ready() const;
  core::Status reloading() const;  // ready() follows
  core::Status stopping() const;
  // What the service does now, in a sentence for people: `systemctl status` shows it.
  core::Status describe(std::string_view sentence) const;
  // The poller's loop has turned. For the poller's thread alone, which may call it as often as it likes.
  core::Status keep_alive();

 private:
  core::Status send(const std::string& text) const;

  std::string socket_;  // a path, or `@name` of an abstract socket
  core::Millis watchdog_{0};
  core::Millis kept_alive_at_{0};  // on the steady clock; 0: never
};

}  // namespace repopulse::app
