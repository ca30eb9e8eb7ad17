#include "sim/server/simulator_server.h"

#include <libdeflate.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "github/curl_transport.h"
#include "sim/server/admin.h"

namespace repopulse::sim {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

constexpr std::size_t kBombBytes = 64u << 20;
constexpr std::chrono::milliseconds kWebhooksEvery{50};

std::string gzip(std::string_view text) {
  const std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> compressor(
      libdeflate_alloc_compressor(6), &libdeflate_free_compressor);
  std::string packed(libdeflate_gzip_compress_bound(compressor.get(), text.size()), '\0');
  packed.resize(libdeflate_gzip_compress(compressor.get(), text.data(), text.size(), packed.data(), packed.size()));
  return packed;
}

const std::string& bomb() {
  static const std::string packed = gzip(std::string(kBombBytes, ' '));
  return packed;
}

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

github::Headers headers_of(const Request& request) {
  github::Headers headers;
  for (const auto& field : request) headers.emplace_back(field.name_string(), field.value());
  return headers;
}

// Plays a fault of the connection instead of a complete answer.
void play_fault(tcp::socket& socket, github::TransportFailure failure) {
  boost::system::error_code ignored;
  const auto send = [&](const std::string& bytes) { asio::write(socket, asio::buffer(bytes), ignored); };
  switch (failure) {
    case github::TransportFailure::kTimeout: {
      // Silent until the client gives up.
      char byte = 0;
      while (socket.read_some(asio::buffer(&byte, 1), ignored) > 0) continue;
      break;
    }
    case github::TransportFailure::kTruncated:
      send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n[{\"id\":\"1");
      break;
    case github::TransportFailure::kTooLarge:
      send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: " +
           std::to_string(bomb().size()) + "\r\n\r\n" + bomb());
      break;
    default:
      socket.set_option(asio::socket_base::linger(true, 0), ignored);  // close() then resets
      break;
  }
  socket.close(ignored);
}

}  // namespace

struct SimulatorServer::Impl {
  Impl(GitHubSimulator& simulator, Webhooks& hooks, std::function<void()> on_request)
      : github(simulator), webhooks(hooks), advance(std::move(on_request)) {}

  GitHubSimulator& github;
  Webhooks& webhooks;
  std::function<void()> advance;
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  std::mutex mutex;  // protects github and webhooks
  std::atomic<int> under_way = 0;

  Response answer(const Request& request, github::HttpResponse from) const {
    Response response;
    response.result(static_cast<unsigned>(from.status));
    response.version(11);
    for (const auto& [name, value] : from.headers) response.set(name, value);
    const bool packed = request[http::field::accept_encoding].find("gzip") != boost::beast::string_view::npos;
    if (packed && from.body.size() > 1000) {
      response.set(http::field::content_encoding, "gzip");
      from.body = gzip(from.body);
    }
    response.body() = std::move(from.body);
    return response;
  }

  // nullopt: the connection was broken instead.
  std::optional<Response> handle(tcp::socket& socket, const Request& request) {
    const std::string_view target = view(request.target());
    if (target.starts_with("/_sim/")) {
      const std::scoped_lock lock(mutex);
      advance();
      AdminAnswer done = administer(github, webhooks, view(request.method_string()), target, request.body());
      return answer(request, {done.status, {{"Content-Type", "application/json"}}, std::move(done.body)});
    }
    const bool alone = ++under_way == 1;
    std::unique_lock lock(mutex);
    advance();
    if (!alone) github.log().add_overlap(github.now());
    const bool post = request.method() == http::verb::post;
    github::HttpResult result =
        github.serve(target, headers_of(request), post ? std::optional(request.body()) : std::nullopt);
    lock.unlock();
    --under_way;
    if (result) return answer(request, std::move(*result));
    play_fault(socket, result.error().failure);
    return std::nullopt;
  }

  void serve_connection(tcp::socket socket) {
    boost::beast::flat_buffer buffer;
    boost::system::error_code failed;
    socket.set_option(tcp::no_delay(true), failed);
    for (bool keep_alive_wanted = true; keep_alive_wanted;) {
      Request request;
      http::read(socket, buffer, request, failed);
      if (failed) return;
      auto response = handle(socket, request);
      if (!response) return;
      keep_alive_wanted = request.keep_alive();
      response->keep_alive(keep_alive_wanted);
      if (response->result() != http::status::not_modified) response->prepare_payload();
      http::write(socket, *response, failed);
      if (failed) return;
    }
  }

  // Without end, on a thread of its own.
  [[noreturn]] void send_webhooks() {
    github::CurlSettings settings;
    settings.user_agent = "GitHub-Hookshot/repopulse-sim";
    const auto transport = github::make_curl_transport(settings);
    for (;; std::this_thread::sleep_for(kWebhooksEvery)) {
      std::unique_lock lock(mutex);
      advance();
      const std::vector<github::HttpRequest> due = webhooks.take_due(github.now());
      lock.unlock();
      for (const github::HttpRequest& request : due) {
        const github::HttpResult answer = transport->send(request);
        const std::scoped_lock counting(mutex);
        webhooks.count_answer(answer ? answer->status : 0);
      }
    }
  }

  void accept() {
    acceptor.async_accept([this](boost::system::error_code failed, tcp::socket socket) {
      if (!failed) std::thread([this, s = std::move(socket)]() mutable { serve_connection(std::move(s)); }).detach();
      if (failed != asio::error::operation_aborted) accept();
    });
  }
};

SimulatorServer::SimulatorServer(GitHubSimulator& github, Webhooks& webhooks, std::function<void()> advance,
                                 const std::string& host, std::uint16_t port)
    : impl_(std::make_unique<Impl>(github, webhooks, std::move(advance))) {
  boost::system::error_code failed;
  const auto address = asio::ip::make_address(host, failed);
  const tcp::endpoint endpoint(address, port);
  if (!failed) impl_->acceptor.open(endpoint.protocol(), failed);
  if (!failed) impl_->acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) impl_->acceptor.bind(endpoint, failed);
  if (!failed) impl_->acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) throw std::runtime_error("cannot listen on " + host + ": " + failed.message());
}

SimulatorServer::~SimulatorServer() = default;

std::uint16_t SimulatorServer::port() const {
  return impl_->acceptor.local_endpoint().port();
}

void SimulatorServer::run() {
  asio::signal_set signals(impl_->io, SIGINT, SIGTERM);
  signals.async_wait([this](boost::system::error_code, int) { impl_->io.stop(); });
  impl_->accept();
  std::thread([this] { impl_->send_webhooks(); }).detach();
  impl_->io.run();
}

}  // namespace repopulse::sim
