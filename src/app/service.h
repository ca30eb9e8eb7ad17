// The running service: store, monitor, API, and the threads around them.
#pragma once

#include <memory>

#include "app/log.h"
#include "app/settings.h"
#include "core/result.h"

namespace repopulse::app {

class Service {
 public:
  // Opens the store, loads the windows, binds the port, adds the repositories of the settings; starts nothing. The log
  // must outlive it. kBadInput: a setting is wrong; any other kind: it cannot be done now.
  static core::Result<std::unique_ptr<Service>> make(const Settings& settings, Log& log);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Returns at once; requests are answered from then on.
  void start();
  std::string url() const;
  // Stops accepting, finishes what is in flight for at most ten seconds, and gives the right to poll back.
  void stop();

 private:
  struct Parts;
  explicit Service(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace repopulse::app
