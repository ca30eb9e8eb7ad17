// The running service: it owns the store, the monitor, the API, the HTTP server and their threads, and starts and stops
// them in the right order. It decides nothing about polling or requests.
#pragma once

#include <memory>

#include "app/log.h"
#include "app/service_manager.h"
#include "app/settings.h"
#include "core/result.h"

namespace repopulse::app {

class Service {
 public:
  // Opens the store, loads the windows, binds the port and adds the repositories of the settings; starts no thread.
  // Service manager and log must outlive this. kBadInput: a setting is wrong; any other kind: it is not possible now.
  static core::Result<std::unique_ptr<Service>> make(const Settings& settings, ServiceManager& manager, Log& log);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Starts polling and serving; returns at once.
  void start();
  std::string url() const;
  // Works by these from now on, as far as they may change while it runs (Setting::reload): adds and activates the
  // repositories that the list before did not have, and follows such owners; those that are not on it any more stay as
  // they are. kBadInput, or the store's errors: nothing has changed. After start(), before stop(), on one thread.
  core::Status change(const Settings& settings);
  // Stops accepting connections, finishes open requests within 10 s, and releases the leases for polling.
  void stop();

 private:
  struct Components;
  explicit Service(std::unique_ptr<Components> components);
  std::unique_ptr<Components> components_;
};

}  // namespace repopulse::app
