// A simulated GitHub over HTTP/1.1, faults of the connection included.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/time.h"
#include "sim/github_simulator.h"

namespace repopulse::sim {

class Front {
 public:
  // `advance` is called under the lock that guards `github`, before each request. Throws
  // std::runtime_error when the address cannot be listened on; port 0 picks one.
  Front(GitHubSimulator& github, std::function<void()> advance, const std::string& host, std::uint16_t port);
  ~Front();
  std::uint16_t port() const;
  // Serves until the process gets SIGINT or SIGTERM. A thread a connection: for tests and demonstrations.
  void run();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace repopulse::sim
