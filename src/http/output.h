// The bytes that wait to be written to one client: gathered text, and behind it at most one long body that is written
// from where it lies, in memory or in a MemoryFile. Touches no socket.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace repopulse::http {

// Answers to pipelined requests, and messages of a stream, go out together up to about that many bytes.
inline constexpr std::size_t kFlushAt = 32 * 1024;

class Output {
 public:
  // To append to; only while there is no body.
  std::string& text() { return text_; }
  // A body of the answer whose head was appended last. A short one is copied; a long one keeps `owner` until it is
  // written, and makes the output full.
  void append_body(std::string_view body, std::shared_ptr<const Payload> owner);

  bool empty() const { return written_ == text_.size() && body_.empty(); }
  bool full() const { return !body_.empty() || text_.size() > kFlushAt; }  // must be written before more is appended
  boost::asio::const_buffer rest_of_text() const { return {text_.data() + written_, text_.size() - written_}; }
  boost::asio::const_buffer body() const { return boost::asio::buffer(body_); }
  // The file that has the body too, none: -1; body() begins at file_offset() in it.
  int file() const { return file_; }
  std::size_t file_offset() const { return static_cast<std::size_t>(body_.data() - body_owner_->body.data()); }
  void take(std::size_t size);  // so many bytes have been written

 private:
  std::string text_;
  std::size_t written_ = 0;  // of text_
  std::string_view body_;    // what is left of it
  int file_ = -1;            // of body_owner_
  std::shared_ptr<const Payload> body_owner_;
};

}  // namespace repopulse::http
