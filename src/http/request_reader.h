// Reads HTTP/1.x requests, one after another, from bytes that arrive in pieces of any size. Its memory is bounded by
// the limits. Touches no socket, and answers nothing: it says which error a request deserves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace repopulse::http {

struct RequestLimits {
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_target_bytes = 8 * 1024;
  std::size_t max_body_bytes = 1024 * 1024;
};

class RequestReader {
 public:
  enum class Status {
    kNeedMore,   // read into prepare(), then commit()
    kHeaderEnd,  // once for each request with a body: the header is complete; call advance() again
    kComplete,   // the views below are valid until next()
    kFailed,     // failure() says what to answer; nothing that follows on this connection can be read
  };
  struct Failure {
    int status = 400;
    std::string_view message;
  };

  // Chooses who takes the body of the request whose header is complete; nullptr: the reader keeps it.
  using ChooseReceiver = std::function<std::unique_ptr<BodyReceiver>()>;

  explicit RequestReader(const RequestLimits& limits, ChooseReceiver choose = {});
  ~RequestReader();

  std::span<char> prepare();  // where to put the next bytes; never empty
  void commit(std::size_t size);
  Status advance();
  void next();  // forgets the complete request

  const Failure& failure() const { return failure_; }
  bool empty() const { return begin_ == end_; }            // no byte of a request has arrived
  bool in_body() const { return phase_ == Phase::kBody; }  // the header is complete, the body is not
  bool expects_continue() const { return expects_continue_; }
  bool keep_alive() const { return keep_alive_; }
  bool is_http_1_0() const { return http_1_0_; }

  Method method() const { return method_; }
  std::string_view method_name() const { return view(method_name_); }
  std::string_view target() const { return view(target_); }
  // Parts of the target, without scheme and host.
  std::string_view path() const { return view(path_); }
  std::string_view query() const { return view(query_); }
  std::string_view body() const { return body_; }
  BodyReceiver* receiver() const { return receiver_.get(); }  // has the body in the reader's place; mostly nullptr
  std::string_view header(std::string_view name) const;
  std::vector<std::string_view> headers(std::string_view name) const;  // all with this name, in their order
  // Headers that are looked at for each request.
  std::string_view accept_encoding() const { return view(accept_encoding_); }
  std::string_view if_none_match() const { return view(if_none_match_); }

 private:
  class Parser;
  // A piece of the buffer, counted from the request's first byte, because the buffer may move.
  struct Piece {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
  };
  struct Field {
    Piece name;
    Piece value;
  };

  std::string_view view(Piece piece) const { return {buffer_.get() + begin_ + piece.at, piece.size}; }
  Piece piece(const char* data, std::size_t size) const;
  bool holds(const char* data) const;
  void skip_empty_lines();
  void reserve(std::size_t room);
  Status fail(int status, std::string_view message);
  Status read_header();
  Status read_body();
  Status check_header();
  bool has_folded_line() const;
  bool split_target();
  std::size_t max_body_bytes() const { return receiver_ ? receiver_->max_bytes() : limits_.max_body_bytes; }
  bool take_body(std::string_view bytes);  // false: the body is over the limit

  RequestLimits limits_;
  ChooseReceiver choose_;
  std::unique_ptr<Parser> parser_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;   // of the request
  std::size_t parsed_ = 0;  // so far; the end of the header while a body is read
  std::size_t end_ = 0;     // of what has arrived

  enum class Phase { kHeader, kBody, kDone, kFailed } phase_ = Phase::kHeader;
  Failure failure_;
  Method method_ = Method::kOther;
  bool http_1_0_ = false;
  bool keep_alive_ = true;
  bool expects_continue_ = false;
  bool has_target_ = false;
  std::size_t body_bytes_ = 0;
  std::size_t body_bytes_read_ = 0;  // with what frames its chunks
  int hosts_ = 0;
  int content_lengths_ = 0;
  int transfer_encodings_ = 0;
  Piece method_name_, target_, host_, path_, query_, accept_encoding_, if_none_match_, transfer_encoding_, expect_;
  std::vector<Field> fields_;
  std::string body_;
  std::unique_ptr<BodyReceiver> receiver_;
};

}  // namespace repopulse::http
