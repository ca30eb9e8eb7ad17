// An HTTP/1.1 server: listener, TLS, limits, keep-alive, pipelining, compression, event streams. Runs its own threads;
// knows routes and nothing about what they serve.
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
#include "http/trusted_proxies.h"

namespace repopulse::http {

struct ServerSettings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;            // 0: any free port
  std::string base_path;             // where a proxy serves this server; as read_base_path() gives it
  TrustedProxies trusted_proxies;    // may say for whom they ask
  std::string tls_certificate_file;  // PEM; both files or none
  std::string tls_key_file;
  int threads = 2;  // each with its own event loop
  int blocking_threads = 2;
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_body_bytes = 1024 * 1024;
  std::size_t max_connections = 10'000;
  std::size_t max_stream_queue_bytes = 1024 * 1024;  // of one event stream
  // For the whole of a header from its first byte on, and for the whole of a body.
  std::chrono::milliseconds header_timeout{15'000};
  std::chrono::milliseconds idle_timeout{75'000};   // until the next request
  std::chrono::milliseconds write_timeout{30'000};  // until the client takes a byte
  std::chrono::milliseconds heartbeat{14'000};      // between comments of a silent event stream
  std::size_t max_target_bytes = 8 * 1024;
};

// One answer, for logs and metrics. The hook is called on the server's threads and must not block.
struct Access {
  std::string_view request_id;
  std::string_view method;  // as it was sent
  std::string_view target;  // with its query, which a log may leave out
  Method verb = Method::kOther;
  std::string_view route;  // the pattern; empty when none matched
  std::optional<std::size_t> route_id;
  std::string_view remote_address;
  int status = 0;
  std::size_t bytes = 0;
  std::chrono::microseconds took{0};
  bool is_stream = false;  // of an event stream `took` is the time that it was open
};

struct ServerHooks {
  std::function<void(const Access&)> on_access;
  // One more connection is open (1), or one fewer (-1). Called as on_access is.
  std::function<void(int change)> on_connection;
  // Makes the body of errors that the server itself gives (400, 404, 405, 408, 413, 414, 431, 500, 503) from the status
  // and a sentence.
  std::function<std::shared_ptr<const Payload>(int status, std::string_view message)> error_payload;
  // May change an answer of status 400 or more, whoever made it, before it is written. Of the request it may use only
  // prefix() and base_path: the rest may be unreadable.
  std::function<void(const Request& request, Response& response)> adapt_error;
  // For the log: a handler threw, and the client got a 500; or the server itself failed at something (request_id
  // empty).
  std::function<void(std::string_view request_id, std::string_view message)> on_failure;
  std::string header_lines{};          // of every answer; each line ends with CRLF
  std::string options_header_lines{};  // of answers to OPTIONS in addition
};

class Server {
 public:
  // Binds and listens. Throws std::runtime_error with a line for people when that fails. The router must outlive the
  // server.
  Server(const ServerSettings& settings, const Router& router, ServerHooks hooks);
  ~Server();

  std::uint16_t port() const;
  void start();  // returns at once
  // Accepts no more connections, waits at most `grace` for requests in flight, closes the rest. Returns when all
  // threads have ended.
  void stop(std::chrono::milliseconds grace);
  std::size_t connections() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace repopulse::http
