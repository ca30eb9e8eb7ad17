// A client that sends exactly the bytes it is given, over TCP or TLS, and reads whole answers.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace repopulse::http::test {

struct Answer {
  int status = 0;
  std::string head;                           // status line and fields
  std::map<std::string, std::string> fields;  // names in lower case
  std::string body;                           // of a chunked answer without its framing
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, bool tls = false, std::string_view alpn = "");
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool tls_established() const { return ssl_ != nullptr; }
  std::string chosen_protocol() const;
  // A small one makes the server's writes block soon. Before anything is read.
  void set_receive_buffer(int bytes);
  void send(std::string_view bytes);
  void finish_sending();
  // The next answer; nullopt when the server closed instead, or nothing came within `patience`. `has_body` is false for
  // answers to HEAD.
  std::optional<Answer> read_answer(bool has_body = true);
  // The next answer's head alone.
  std::optional<Answer> read_head();
  // At least one more byte of what follows, as it came; empty at the end.
  std::string read_some();
  // All until the server closes.
  std::string read_rest();
  // Nothing but the end follows.
  bool is_closed();
  // TCP segments with data that have come so far. On loopback a write of up to 64 KiB is one segment, and those of
  // several writes may become one on the way.
  unsigned segments_received() const;

  std::chrono::milliseconds patience{60'000};

 private:
  bool fill();

  int fd_ = -1;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr, &SSL_CTX_free};
  SSL* ssl_ = nullptr;
  std::string buffer_;
};

// A GET with the Host that HTTP/1.1 asks for.
std::string get(std::string_view target, std::string_view more_fields = "");

}  // namespace repopulse::http::test
