#include "http/server.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

#include "http/connection.h"
#include "http/loop.h"

namespace repopulse::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;

constexpr int kBacklog = 4096;
// So many clients beyond the limit get an answer that waits until they have read it. Further ones get it as well, and
// are closed at once.
constexpr std::size_t kMaxRejecting = 1024;
constexpr std::string_view kTooMany =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
// The same trouble is reported once in so long.
constexpr std::chrono::seconds kReportPause{60};
constexpr std::chrono::milliseconds kRetryAccept{100};

std::string text_of(const tcp::endpoint& endpoint) {
  const asio::ip::address& address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

tcp::endpoint resolve(asio::io_context& context, std::string host, std::uint16_t port) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  ErrorCode code;
  const auto address = asio::ip::make_address(host, code);
  if (!code) return {address, port};
  const auto found = tcp::resolver(context).resolve(host, std::to_string(port), tcp::resolver::passive, code);
  if (code || found.empty()) throw std::runtime_error("cannot listen on " + host + ": no such address");
  return found.begin()->endpoint();
}

}  // namespace

struct Server::Impl {
  Impl(const ServerSettings& settings, const Router& router, ServerHooks hooks)
      : server(settings, router, std::move(hooks)), stop_begun(settings.threads) {
    if (!settings.tls_certificate_file.empty() || !settings.tls_key_file.empty()) {
      server.certificate.emplace(settings.tls_certificate_file, settings.tls_key_file);
    }
    for (int i = 0; i < settings.threads; ++i) loops.push_back(std::make_unique<Loop>(server));
    acceptor.emplace(loops.front()->context());
    retry.emplace(loops.front()->context());
    listen();
  }

  void listen() {
    const tcp::endpoint endpoint = resolve(loops.front()->context(), server.settings.host, server.settings.port);
    ErrorCode code;
    acceptor->open(endpoint.protocol(), code);
    if (!code) acceptor->set_option(tcp::acceptor::reuse_address(true), code);
    if (!code) acceptor->bind(endpoint, code);
    if (!code) acceptor->listen(kBacklog, code);
    if (!code) acceptor->non_blocking(true, code);
    if (code) {
      throw std::runtime_error("cannot listen on " + server.settings.host + ":" + std::to_string(server.settings.port) +
                               ": " + code.message());
    }
    port = acceptor->local_endpoint().port();
  }

  Loop& idlest_loop() {
    return **std::ranges::min_element(loops, {}, [](const auto& loop) { return loop->load(); });
  }

  // One acceptor distributes the connections. With SO_REUSEPORT a second server could start on the port unnoticed.
  void accept() {
    Loop& loop = idlest_loop();
    acceptor->async_accept(loop.context().get_executor(), [this, &loop](const ErrorCode& code, Socket socket) {
      if (code == asio::error::operation_aborted || !acceptor->is_open()) return;
      if (!code) admit(loop, std::move(socket));
      if (code && code != asio::error::connection_aborted) return accept_later(code);
      accept();
    });
  }

  // No file descriptor or no memory is left: there will be some again.
  void accept_later(const ErrorCode& code) {
    if (Clock::now() >= report_again_at) {
      server.report({}, "cannot accept a connection: " + code.message());
      report_again_at = Clock::now() + kReportPause;
    }
    retry->expires_after(kRetryAccept);
    retry->async_wait([this](const ErrorCode& cancelled) {
      if (!cancelled && acceptor->is_open()) accept();
    });
  }

  void admit(Loop& loop, Socket socket) {
    ErrorCode code;
    const tcp::endpoint peer = socket.remote_endpoint(code);
    const std::size_t count = server.connections.load(std::memory_order_relaxed);
    if (code) return;
    if (count >= server.settings.max_connections + kMaxRejecting) return turn_away(std::move(socket));
    const bool full = count >= server.settings.max_connections;
    asio::dispatch(loop.context(), [&loop, full, address = text_of(peer), taken = std::move(socket)]() mutable {
      const auto connection = std::make_shared<Connection>(loop, std::move(taken), std::move(address));
      full ? connection->reject() : connection->start();
    });
  }

  // What the client has sent is read first: the kernel would answer unread bytes with a reset, which overtakes ours.
  void turn_away(Socket socket) {
    if (server.certificate) return;
    ErrorCode code;
    socket.non_blocking(true, code);
    std::array<char, 4096> unread;
    for (int i = 0; i < 4 && !code; ++i) socket.read_some(asio::buffer(unread), code);
    socket.write_some(asio::buffer(kTooMany), code);
    socket.shutdown(Socket::shutdown_send, code);
  }

  // Clients that have connected already are still served.
  void stop_accepting() {
    ErrorCode code;
    while (acceptor->is_open()) {
      Loop& loop = idlest_loop();
      Socket socket(loop.context());
      acceptor->accept(socket, code);
      if (code) break;
      admit(loop, std::move(socket));
    }
    acceptor->close(code);
    retry->cancel();
    for (const auto& loop : loops) {
      asio::post(loop->context(), [this, &loop] {
        loop->begin_stop();
        stop_begun.count_down();
      });
    }
  }

  void start() {
    asio::post(loops.front()->context(), [this] { accept(); });
    for (const auto& loop : loops) threads.emplace_back([&loop] { loop->run(); });
  }

  void stop(std::chrono::milliseconds grace) {
    if (std::exchange(stopped, true)) return;
    if (!threads.empty()) {
      const TimePoint deadline = Clock::now() + grace;
      asio::post(loops.front()->context(), [this] { stop_accepting(); });
      stop_begun.wait();
      server.wait_until_all_closed(deadline);
      for (const auto& loop : loops) {
        asio::post(loop->context(), [&loop] {
          loop->close_all();
          loop->context().stop();
        });
      }
      for (std::thread& thread : threads) thread.join();
    }
    server.workers.join();
  }

  ServerContext server;
  std::vector<std::unique_ptr<Loop>> loops;
  std::optional<Acceptor> acceptor;
  std::optional<Timer> retry;
  std::latch stop_begun;
  std::vector<std::thread> threads;
  std::uint16_t port = 0;
  TimePoint report_again_at{};
  bool stopped = false;
};

Server::Server(const ServerSettings& settings, const Router& router, ServerHooks hooks)
    : impl_(std::make_unique<Impl>(settings, router, std::move(hooks))) {}

Server::~Server() {
  impl_->stop(std::chrono::milliseconds(0));
}

std::uint16_t Server::port() const {
  return impl_->port;
}
void Server::start() {
  impl_->start();
}
void Server::stop(std::chrono::milliseconds grace) {
  impl_->stop(grace);
}
std::size_t Server::connections() const {
  return impl_->server.connections.load(std::memory_order_relaxed);
}

}  // namespace repopulse::http
