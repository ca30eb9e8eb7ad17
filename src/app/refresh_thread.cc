#include "app/refresh_thread.h"

#include <algorithm>
#include <chrono>

#include "app/clock.h"

namespace repopulse::app {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr core::Millis kKeysEvery = 2s;
constexpr core::Millis kFollowEvery = 500ms;

}  // namespace

RefreshThread::RefreshThread(monitor::Monitor& monitor, api::KeyRing& keys, bool replica, Log& log)
    : monitor_(monitor), keys_(keys), replica_(replica), log_(log) {
  if (replica_) {
    monitor_.on_stored([this] {
      const std::lock_guard lock(mutex_);
      woken_ = true;
      changed_.notify_all();
    });
  }
  thread_ = std::thread([this] { run(); });
}

RefreshThread::~RefreshThread() {
  stop();
  monitor_.on_stored({});
}

void RefreshThread::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void RefreshThread::run() {
  Clock::time_point keys_due = Clock::now() + kKeysEvery;
  while (true) {
    if (replica_) follow_others();
    if (Clock::now() >= keys_due) {
      refresh_keys();
      check_store();
      keys_due = Clock::now() + kKeysEvery;
    }
    const Clock::time_point due = replica_ ? std::min(keys_due, Clock::now() + kFollowEvery) : keys_due;
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, due, [this] { return woken_ || stopping_; });
    woken_ = false;
    if (stopping_) return;
  }
}

void RefreshThread::refresh_keys() {
  const auto refreshed = keys_.refresh();
  if (!refreshed && !keys_failed_) {
    log_.write(LogLevel::kWarn, "cannot read the API keys; the known ones stay valid",
               {{"error", refreshed.error().message}});
  }
  keys_failed_ = !refreshed;
}

void RefreshThread::check_store() {
  const auto written = monitor_.check_store(clock_now());
  if (!written && !write_failed_) {
    log_.write(LogLevel::kError, "the store cannot be written", {{"error", written.error().message}});
  }
  write_failed_ = !written;
}

void RefreshThread::follow_others() {
  const auto kept = monitor_.keep_up(clock_now());
  if (!kept && !store_failed_) {
    log_.write(LogLevel::kError, "the store does not answer", {{"error", kept.error().message}});
  }
  if (kept && store_failed_) log_.write(LogLevel::kInfo, "the store answers again");
  store_failed_ = !kept;
}

}  // namespace repopulse::app
