// The socket of one client, plain or TLS. It moves bytes and knows which operations are pending, at most one read and
// one write; what the bytes mean is not its concern. On the loop's thread only.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "http/asio.h"
#include "http/output.h"

namespace repopulse::http {

// Every `done` must keep the owner of the socket alive.
class ClientSocket {
 public:
  explicit ClientSocket(Socket socket) : socket_(std::move(socket)) {}

  void configure();
  bool secure() const { return tls_.has_value(); }
  bool reading() const { return reading_; }  // a read is pending
  bool writing() const { return writing_; }  // a write is pending

  // TLS from here on; done(code).
  template <typename Done>
  void handshake(std::shared_ptr<boost::asio::ssl::context> context, Done done) {
    tls_context_ = std::move(context);
    tls_.emplace(socket_, *tls_context_);
    tls_->async_handshake(boost::asio::ssl::stream_base::server, std::move(done));
  }

  // Only when no read is pending; done(code, size).
  template <typename Done>
  void read(boost::asio::mutable_buffer room, Done done) {
    reading_ = true;
    auto finish = [this, done = std::move(done)](const ErrorCode& code, std::size_t size) mutable {
      reading_ = false;
      done(code, size);
    };
    if (tls_) {
      tls_->async_read_some(room, std::move(finish));
    } else {
      socket_.async_read_some(room, std::move(finish));
    }
  }

  // Writes what the kernel takes without waiting. kBlocked: output is left, and write() is needed; with TLS always.
  enum class Written { kAll, kBlocked, kFailed };
  Written write_now(Output& output);

  // Waits until the kernel takes some of the output, which must not be empty; done(code, size). The size may be 0: then
  // write_now() goes on.
  template <typename Done>
  void write(const Output& output, Done done) {
    writing_ = true;
    auto finish = [this, done = std::move(done)](const ErrorCode& code, std::size_t size) mutable {
      writing_ = false;
      done(code, size);
    };
    const boost::asio::const_buffer text = output.rest_of_text();
    if (!tls_ && text.size() == 0 && output.file() >= 0) {
      socket_.async_wait(Socket::wait_write,
                         [finish = std::move(finish)](const ErrorCode& code) mutable { finish(code, 0); });
      return;
    }
    const boost::asio::const_buffer first = text.size() > 0 ? text : output.body();
    if (tls_) {
      tls_->async_write_some(first, std::move(finish));
    } else {
      socket_.async_write_some(first, std::move(finish));
    }
  }

  // Tells the client that nothing more comes. With TLS done() is called once the client has said the same; without TLS
  // it is not called: the caller reads until the end.
  template <typename Done>
  void shut_down(Done done) {
    ErrorCode ignored;
    if (tls_) {
      tls_->async_shutdown([done = std::move(done)](const ErrorCode&) mutable { done(); });
    } else {
      socket_.shutdown(Socket::shutdown_send, ignored);
    }
  }

  void cancel();  // pending operations end with an error
  void close();

 private:
  std::size_t write_some(const Output& output, ErrorCode& code);
  std::size_t send_file(const Output& output, ErrorCode& code);

  Socket socket_;
  std::shared_ptr<boost::asio::ssl::context> tls_context_;
  std::optional<boost::asio::ssl::stream<Socket&>> tls_;
  bool reading_ = false;
  bool writing_ = false;
};

}  // namespace repopulse::http
