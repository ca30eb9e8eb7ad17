#include "http/stream_writer.h"

#include <array>
#include <charconv>
#include <utility>

#include "http/output.h"

namespace repopulse::http {

StreamWriter::StreamWriter(std::shared_ptr<StreamQueue> queue, OnOpen on_open, bool chunked)
    : queue_(std::move(queue)), on_open_(std::move(on_open)), chunked_(chunked) {}

std::function<void()> StreamWriter::take_opening() {
  if (!on_open_) return nullptr;
  return [queue = queue_, on_open = std::exchange(on_open_, nullptr)] { on_open(queue); };
}

StreamWriter::Filled StreamWriter::fill(std::string& out) {
  const StreamQueue::Batch batch = queue_->take(kFlushAt);
  if (batch.overflowed) return Filled::kOverflowed;
  for (const auto& text : batch.texts) {
    bytes_pending_ += text->size();
    bytes_ += text->size();
    append_chunk(out, *text);
  }
  if (batch.closed) {
    ended_ = true;
    if (chunked_) out.append("0\r\n\r\n");
  }
  return batch.closed || !batch.texts.empty() ? Filled::kSome : Filled::kNothing;
}

void StreamWriter::append_heartbeat(std::string& out) {
  append_chunk(out, ":\n\n");
}

void StreamWriter::written() {
  if (bytes_pending_ > 0) queue_->written(std::exchange(bytes_pending_, 0));
}

void StreamWriter::append_chunk(std::string& out, std::string_view text) const {
  if (!chunked_) {
    out.append(text);
    return;
  }
  std::array<char, 16> size;
  const auto end = std::to_chars(size.data(), size.data() + size.size(), text.size(), 16).ptr;
  out.append(size.data(), end).append("\r\n").append(text).append("\r\n");
}

}  // namespace repopulse::http
