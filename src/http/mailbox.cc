#include "http/mailbox.h"

#include <utility>

#include "http/stream_queue.h"

namespace repopulse::http {

void Mailbox::put(std::shared_ptr<StreamQueue> stream) {
  const std::lock_guard lock(mutex_);
  if (!wake_) return;
  ready_.push_back(std::move(stream));
  if (ready_.size() == 1) wake_();
}

std::vector<std::shared_ptr<StreamQueue>> Mailbox::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(ready_, {});
}

void Mailbox::shut() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  ready_.clear();
}

}  // namespace repopulse::http
