// Serves a simulated GitHub over HTTP/1.1, including faults of the connection, and sends its webhooks. Decides nothing
// about answers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/time.h"
#include "sim/github_simulator.h"
#include "sim/server/webhooks.h"

namespace repopulse::sim {

class SimulatorServer {
 public:
  // `advance` is called before each request, under the lock that protects `github` and `webhooks`. Throws
  // std::runtime_error when it cannot listen on the address; port 0 picks a free one.
  SimulatorServer(GitHubSimulator& github, Webhooks& webhooks, std::function<void()> advance, const std::string& host,
                  std::uint16_t port);
  ~SimulatorServer();
  std::uint16_t port() const;
  // Serves until the process gets SIGINT or SIGTERM. One thread for each connection and one for webhooks, which is
  // enough for tests and demonstrations.
  void run();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace repopulse::sim
