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

bool StreamQueue::send(std::shared_ptr<const std::string> text) {
  std::unique_lock lock(mutex_);
  if (gone_ || closed_ || overflowed_) return false;
  if (text->empty()) return true;
  // One that is longer than the bound still goes to a reader that has taken all before it.
  if (bytes_ > 0 && bytes_ + text->size() > max_bytes_) {
    overflowed_ = true;
    texts_.clear();
    // Whoever was notified before may wait for a write that does not end, and look no earlier.
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
  std::swap(drained_, call);  // the former one goes with `call`, when the lock is open again
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
  std::function<void()> drained;  // may hold this queue: goes when the lock is open again
  const std::lock_guard lock(mutex_);
  gone_ = true;
  texts_.clear();
  drained.swap(drained_);
}

}  // namespace repopulse::http
