#include "http/stream_queue.h"

#include <utility>

namespace repopulse::http {

bool StreamQueue::send(std::shared_ptr<const std::string> text) {
  std::unique_lock lock(mutex_);
  if (gone_ || closed_ || overflowed_) return false;
  if (text->empty()) return true;
  // A text that is longer than the bound still goes to a reader that has taken everything before it.
  if (bytes_ > 0 && bytes_ + text->size() > max_bytes_) {
    overflowed_ = true;
    texts_.clear();
    // The loop was perhaps told before, but waits for a write that does not end, and does not look until then.
    lock.unlock();
    mailbox_->put(shared_from_this());
    return false;
  }
  bytes_ += text->size();
  texts_.push_back(std::move(text));
  notify(std::move(lock));
  return true;
}

void StreamQueue::when_drained(std::function<void()> call) {
  std::unique_lock lock(mutex_);
  if (gone_ || closed_ || overflowed_) return;
  std::swap(drained_, call);  // the former one is destroyed with `call`, after the lock is released
  notify(std::move(lock));
}

void StreamQueue::close() {
  std::unique_lock lock(mutex_);
  if (gone_ || closed_) return;
  closed_ = true;
  notify(std::move(lock));
}

void StreamQueue::notify(std::unique_lock<std::mutex> lock) {
  if (std::exchange(notified_, true)) return;
  lock.unlock();
  mailbox_->put(shared_from_this());
}

StreamQueue::Batch StreamQueue::take(std::size_t max_bytes) {
  const std::lock_guard lock(mutex_);
  notified_ = false;
  Batch batch;
  for (std::size_t bytes = 0; !texts_.empty() && bytes < max_bytes; texts_.pop_front()) {
    bytes += texts_.front()->size();
    batch.texts.push_back(std::move(texts_.front()));
  }
  batch.closed = closed_ && texts_.empty();
  batch.overflowed = overflowed_;
  return batch;
}

void StreamQueue::written(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  bytes_ -= bytes;
}

std::function<void()> StreamQueue::take_drained() {
  const std::lock_guard lock(mutex_);
  return bytes_ == 0 && !closed_ ? std::exchange(drained_, nullptr) : nullptr;
}

bool StreamQueue::overflowed() const {
  const std::lock_guard lock(mutex_);
  return overflowed_;
}

void StreamQueue::reader_gone() {
  std::function<void()> drained;  // may hold this queue: destroyed after the lock is released
  const std::lock_guard lock(mutex_);
  gone_ = true;
  texts_.clear();
  drained.swap(drained_);
}

}  // namespace repopulse::http
