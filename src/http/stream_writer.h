// An event stream as its connection writes it: takes texts from the stream's queue, puts them into chunks, and counts
// what the client has taken. Touches no socket and sets no deadline. On the loop's thread only.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/stream_queue.h"

namespace repopulse::http {

class StreamWriter {
 public:
  using OnOpen = std::function<void(std::shared_ptr<EventStream>)>;
  // `chunked`: false for clients of HTTP/1.0, to whom the end of the connection is the end of the stream.
  StreamWriter(std::shared_ptr<StreamQueue> queue, OnOpen on_open, bool chunked);

  // The handler's call that hands out the stream: once, after the header was written. Empty after that.
  std::function<void()> take_opening();
  // What the handler wants to have called when nothing waits any more; empty when there is no such thing now.
  std::function<void()> take_drained() { return queue_->take_drained(); }

  enum class Filled { kNothing, kSome, kOverflowed };
  Filled fill(std::string& out);            // appends about 32 KiB at most, and the last chunk at the end
  void append_heartbeat(std::string& out);  // a comment, so that proxies do not close a silent stream
  void written();                           // the client has everything that fill() appended
  bool ended() const { return ended_; }     // fill() has appended the last chunk
  bool overflowed() const { return queue_->overflowed(); }  // the reader is too slow
  std::size_t bytes() const { return bytes_; }              // of the texts so far

  void end() { queue_->close(); }  // no further texts; those that wait are still written
  void reader_gone() { queue_->reader_gone(); }

 private:
  void append_chunk(std::string& out, std::string_view text) const;

  const std::shared_ptr<StreamQueue> queue_;
  OnOpen on_open_;
  const bool chunked_;
  bool ended_ = false;
  std::size_t bytes_pending_ = 0;  // taken from the queue, and not yet by the client
  std::size_t bytes_ = 0;
};

}  // namespace repopulse::http
