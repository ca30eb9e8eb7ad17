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
  if (bytes_ + text->size() > max_bytes_) {
    overflowed_ = true;
    texts_.clear();
    notify(std::move(lock));
    return false;
  }
  bytes_ += text->size();
  texts_.push_back(std::move(text));
  notify(std::move(lock));
  return true;
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

StreamQueue::Batch StreamQueue::take() {
  const std::lock_guard lock(mutex_);
  notified_ = false;
  return {std::exchange(texts_, {}), closed_, overflowed_};
}

void StreamQueue::written(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  bytes_ -= bytes;
}

void StreamQueue::reader_gone() {
  const std::lock_guard lock(mutex_);
  gone_ = true;
  texts_.clear();
}

}  // namespace repopulse::http
