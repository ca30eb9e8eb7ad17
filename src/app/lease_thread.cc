#include "app/lease_thread.h"

#include <chrono>

#include "app/clock.h"

namespace repopulse::app {
namespace {

constexpr std::chrono::milliseconds kLeasesEvery{500};

}  // namespace

LeaseThread::LeaseThread(monitor::Monitor& monitor) : monitor_(monitor), thread_([this] { run(); }) {}

LeaseThread::~LeaseThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void LeaseThread::run() {
  while (true) {
    // The refresh thread, which asks the same store, logs what is wrong with it.
    (void)monitor_.renew_leases(clock_now());
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, kLeasesEvery, [this] { return stopping_; })) return;
  }
}

}  // namespace repopulse::app
