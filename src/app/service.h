// The running service: it owns the store, the monitor, the API, the HTTP server and their threads, and starts and stops
// them in the right order. It decides nothing about polling or requests.
#pragma once

#include <memory>

#include "app/log.h"
#include "app/settings.h"
#include "core/result.h"

namespace repopulse::app {

class Service {
 public:
  // Opens the store, loads the windows, binds the port and adds the repositories of the settings; starts no thread. The
  // log must outlive this. kBadInput: a setting is wrong; any other kind: it is not possible now.
  static core::Result<std::unique_ptr<Service>> make(const Settings& settings, Log& log);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Starts polling and serving; returns at once.
  void start();
  std::string url() const;
  // Stops accepting connections, finishes open requests within 10 s, and releases the leases for polling.
  void stop();

 private:
  struct Components;
  explicit Service(std::unique_ptr<Components> components);
  std::unique_ptr<Components> components_;
};

}  // namespace repopulse::app
