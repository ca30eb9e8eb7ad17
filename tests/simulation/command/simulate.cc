// repopulse-simulate: lives through histories of several servers, each from a seed of its own, on all cores, until a
// number of server-days is reached. A seed that fails is printed with the command that repeats it alone. Exit status 1:
// some failed.
#include <atomic>
#include <cstdint>
#include <iostream>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>

#include "tests/simulation/cluster.h"
#include "tests/simulation/histories.h"

namespace repopulse::simulation {
namespace {

struct Request {
  double server_days = 10'000;
  std::uint64_t seed = 0;  // of the first history
  std::uint64_t only = 0;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
};

class Run {
 public:
  explicit Run(const Request& request) : request_(request), next_(request.seed) {}

  void work() {
    while (wanted()) live(next_++);
  }
  bool live(std::uint64_t seed) {
    Cluster cluster(cluster_of(seed));
    cluster.run();
    const std::lock_guard lock(mutex_);
    ++histories_;
    server_days_ += cluster.server_days();
    if (histories_ % kToldEach == 0) std::cerr << "so far: " << told() << std::endl;
    if (cluster.complaints().empty()) return true;
    ++failed_;
    std::cout << "seed " << seed << " fails; ./dev simulate --only " << seed
              << " repeats it: " << cluster.circumstances() << "; " << cluster.summary() << "\n";
    for (const std::string& complaint : cluster.complaints()) std::cout << "  " << complaint << "\n";
    std::cout << std::flush;
    return false;
  }
  int report() const {
    std::cout << "simulated " << told() << "\n";
    return failed_ > 0 ? 1 : 0;
  }

 private:
  static constexpr std::uint64_t kToldEach = 20;  // histories
  std::string told() const {
    return std::to_string(static_cast<std::uint64_t>(server_days_)) + " server-days in " + std::to_string(histories_) +
           " histories, of which " + std::to_string(failed_) + " failed";
  }
  bool wanted() {
    const std::lock_guard lock(mutex_);
    return server_days_ < request_.server_days;
  }

  const Request request_;
  std::atomic<std::uint64_t> next_;
  std::mutex mutex_;  // guards all below, and the output
  double server_days_ = 0;
  std::uint64_t histories_ = 0;
  std::uint64_t failed_ = 0;
};

int simulate(const Request& request) {
  Run run(request);
  if (request.only != 0) {
    if (run.live(request.only)) std::cout << "seed " << request.only << " passes\n";
    return run.report();
  }
  std::cout << "seeds from " << request.seed << " on" << std::endl;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < request.jobs; ++i) threads.emplace_back([&run] { run.work(); });
  for (std::thread& thread : threads) thread.join();
  return run.report();
}

}  // namespace
}  // namespace repopulse::simulation

int main(int argc, char** argv) {
  repopulse::simulation::Request request;
  request.seed = std::random_device()() + std::uint64_t{1};
  CLI::App app("Simulates several servers on one store, and checks that nothing is lost, told twice, mixed or stuck.");
  app.add_option("--server-days", request.server_days, "ends when so many are reached")->capture_default_str();
  app.add_option("--seed", request.seed, "of the first history; a random one unless said");
  app.add_option("--only", request.only, "the seed of the one history to run");
  app.add_option("--jobs", request.jobs, "histories at the same time")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return repopulse::simulation::simulate(request);
}
