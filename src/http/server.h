// An HTTP/1.1 server: listener, TLS, limits, keep-alive, pipelining, compression, event streams.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/router.h"

namespace repopulse::http {

struct ServerSettings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;            // 0: any free one
  std::string tls_certificate_file;  // PEM; both or neither
  std::string tls_key_file;
  int threads = 2;  // each with its own event loop
  int blocking_threads = 2;
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_body_bytes = 1024 * 1024;
  std::size_t max_connections = 10'000;
  std::size_t max_stream_queue_bytes = 1024 * 1024;  // of one event stream
  std::chrono::milliseconds header_timeout{
      15'000};  // from the first byte of a request to its header's end; a slow body likewise
  std::chrono::milliseconds idle_timeout{75'000};   // keep-alive
  std::chrono::milliseconds write_timeout{30'000};  // without a byte taken by the client
  std::chrono::milliseconds heartbeat{14'000};      // of an event stream that has nothing to say
  std::size_t max_target_bytes = 8 * 1024;
};

// What happened, one call an answer; called on the server's threads, must not block.
struct Access {
  std::string_view request_id;
  std::string_view method;  // as it was sent
  std::string_view target;  // query included: the log may cut it
  Method verb = Method::kOther;
  std::string_view route;  // the pattern; empty when none matched
  std::optional<std::size_t> route_id;
  std::string_view remote_address;
  int status = 0;
  std::size_t bytes = 0;
  std::chrono::microseconds took{0};
  bool is_stream = false;  // an event stream: `took` is how long it was open
};

struct ServerHooks {
  std::function<void(const Access&)> on_access;
  // One more connection is open (1), or one fewer (-1). As on_access.
  std::function<void(int change)> on_connection;
  // The body of errors that the server itself answers (400, 404, 405, 408, 413, 414, 431, 500, 503): status and a
  // sentence.
  std::function<std::shared_ptr<const Payload>(int status, std::string_view message)> error_payload;
  // A handler threw (the client got a 500), or the server met a trouble of its own (request_id empty): for the log.
  std::function<void(std::string_view request_id, std::string_view message)> on_failure;
  std::string header_lines{};          // of every answer, each ended by CRLF
  std::string options_header_lines{};  // of answers to OPTIONS besides, likewise
};

class Server {
 public:
  // Binds and listens; throws std::runtime_error with a line for people when it cannot. The router must outlive the
  // server.
  Server(const ServerSettings& settings, const Router& router, ServerHooks hooks);
  ~Server();

  std::uint16_t port() const;
  void start();  // returns at once
  // Stops accepting, finishes what is in flight for at most `grace`, then closes what is left; returns when all threads
  // have ended.
  void stop(std::chrono::milliseconds grace);
  std::size_t connections() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace repopulse::http
