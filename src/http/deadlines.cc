#include "http/deadlines.h"

#include <algorithm>

namespace repopulse::http {
namespace {

constexpr std::chrono::milliseconds kLinger{2'000};

}  // namespace

Deadlines::Deadlines(boost::asio::io_context& context, const ServerSettings& settings)
    : durations_{settings.header_timeout, settings.idle_timeout, settings.write_timeout, kLinger, settings.heartbeat},
      tick_(std::clamp(*std::ranges::min_element(durations_) / 8, std::chrono::milliseconds(10),
                       std::chrono::milliseconds(1000))),
      timer_(context) {}

void Deadlines::set(DeadlineHolder& holder, Deadline kind, TimePoint now) {
  const auto index = static_cast<std::size_t>(kind);
  holder.due_ = now + durations_[index];
  holder.unlink();
  queues_[index].push_back(holder);
  arm(holder.due_);
}

void Deadlines::arm(TimePoint due) {
  if (armed_ && *armed_ <= due + tick_) return;
  const auto ticks = (due.time_since_epoch() + tick_ - Clock::duration(1)) / tick_;
  armed_ = TimePoint(ticks * tick_);
  timer_.expires_at(*armed_);
  timer_.async_wait([this](const ErrorCode& code) {
    if (!code) expire();
  });
}

void Deadlines::expire() {
  armed_.reset();
  const TimePoint now = Clock::now();
  for (std::size_t i = 0; i < kDeadlines; ++i) {
    while (!queues_[i].empty() && queues_[i].front().due_ <= now) {
      DeadlineHolder& holder = queues_[i].front();
      queues_[i].pop_front();
      holder.on_deadline(static_cast<Deadline>(i));
    }
  }
  for (const Queue& queue : queues_) {
    if (!queue.empty()) arm(queue.front().due_);
  }
}

}  // namespace repopulse::http
