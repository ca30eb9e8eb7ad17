#include "app/poller_thread.h"

#include <algorithm>
#include <new>
#include <tuple>
#include <utility>
#include <variant>

#include "app/activity_log.h"
#include "app/clock.h"

namespace repopulse::app {
namespace {

using namespace std::chrono_literals;

// The longest sleep, so that a change of the system clock is noticed within this time.
constexpr core::Millis kLongestWait = 30s;

// An answer that the memory does not suffice for is one that is too large.
github::HttpResult send(github::Transport& transport, const github::HttpRequest& request) {
  try {
    return transport.send(request);
  } catch (const std::bad_alloc&) {
    return tl::unexpected(
        github::TransportError{github::TransportFailure::kTooLarge, "not enough memory for the answer"});
  }
}

}  // namespace

PollerThread::PollerThread(monitor::Monitor& monitor, std::unique_ptr<github::CancellableTransport> transport,
                           SecretFiles files, ServiceManager& manager, Log& log)
    : monitor_(monitor), transport_(std::move(transport)), files_(std::move(files)), manager_(manager), log_(log) {
  monitor_.on_wake([this] {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_all();
  });
  thread_ = std::thread([this] { run(); });
}

PollerThread::~PollerThread() {
  stop(0ms);
  monitor_.on_wake({});
}

void PollerThread::begin_stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

void PollerThread::stop(core::Millis grace) {
  if (!thread_.joinable()) return;
  begin_stop();
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, grace, [this] { return ended_; });
  }
  transport_->cancel();
  thread_.join();
}

bool PollerThread::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void PollerThread::wait(core::Timestamp until) {
  core::Millis longest = files_.token || files_.app_key ? TokenFile::kRecheck : kLongestWait;
  if (manager_.watchdog() > 0ms) longest = std::min(longest, std::max<core::Millis>(manager_.watchdog() / 2, 10ms));
  const core::Millis span = std::clamp<core::Millis>(until - clock_now(), 0ms, longest);
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, span, [this] { return woken_ || stopping_; });
  woken_ = false;
}

// A socket that takes nothing was told when the service became ready; the service manager notices it by itself.
void PollerThread::tell_manager() {
  if (!manager_.listens()) return;
  std::ignore = manager_.keep_alive();
  std::string sentence = status_sentence(*monitor_.snapshot());
  if (sentence == told_) return;
  std::ignore = manager_.describe(sentence);
  told_ = std::move(sentence);
}

void PollerThread::look_at_files() {
  if (files_.token) look_at_token();
  if (files_.app_key) look_at_app_key();
}

void PollerThread::look_at_token() {
  auto renewed = files_.token->renewed(clock_now());
  if (!renewed) {
    log_.write(LogLevel::kWarn, "cannot read the token file; the previous token stays in use",
               {{"error", renewed.error().message}});
  } else if (*renewed) {
    const std::string fingerprint = fingerprint_of(**renewed);
    monitor_.renew_token(*std::move(*renewed), fingerprint, clock_now());
    log_.write(LogLevel::kInfo, "the token file has changed; using the new token", {});
  }
}

void PollerThread::look_at_app_key() {
  auto renewed = files_.app_key->renewed(clock_now());
  if (!renewed) {
    log_.write(LogLevel::kWarn, "cannot read the key of the GitHub App; the previous key stays in use",
               {{"error", renewed.error().message}});
  } else if (*renewed) {
    monitor_.renew_app_key(**std::move(renewed), clock_now());
    log_.write(LogLevel::kInfo, "the key of the GitHub App has changed; using the new key", {});
  }
}

void PollerThread::run() {
  ConditionLog conditions(log_);
  while (!stopping()) {
    tell_manager();
    look_at_files();
    const monitor::Action action = monitor_.next(clock_now());
    conditions.update(monitor_.snapshot()->poller);
    if (const auto* pause = std::get_if<monitor::CallAgain>(&action)) {
      wait(pause->at);
      continue;
    }
    const github::HttpResult result = send(*transport_, std::get<github::HttpRequest>(action));
    // A cancelled request says nothing about GitHub; the next start sends it again.
    if (!result && stopping()) break;
    monitor_.absorb(result, clock_now());
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

}  // namespace repopulse::app
