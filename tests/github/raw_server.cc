#include "tests/github/raw_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace repopulse::github {

bool RawServer::Connection::receive() {
  char part[4096];
  const auto size = ::recv(socket_, part, sizeof part, 0);
  if (size > 0) buffer_.append(part, static_cast<std::size_t>(size));
  return size > 0;
}

std::string RawServer::Connection::take(std::size_t size) {
  std::string taken = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return taken;
}

std::string RawServer::Connection::request() {
  for (;;) {
    const auto end = buffer_.find("\r\n\r\n");
    if (end != std::string::npos) return take(end + 4);
    if (!receive()) return {};
  }
}

std::string RawServer::Connection::body(std::size_t size) {
  while (buffer_.size() < size && receive()) continue;
  return take(size);
}

void RawServer::Connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

void RawServer::Connection::reset() {
  const linger abrupt{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &abrupt, sizeof abrupt);
}

void RawServer::Connection::wait_for_close() {
  while (!request().empty()) continue;
}

RawServer::RawServer(Script script) {
  listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || ::bind(listener_, generic, size) != 0 || ::listen(listener_, 8) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("cannot listen on the loopback address");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this, run_script = std::move(script)] { run(run_script); });
}

RawServer::~RawServer() {
  ::shutdown(listener_, SHUT_RDWR);
  const int current = current_;
  if (current >= 0) ::shutdown(current, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

void RawServer::run(const Script& script) {
  for (;;) {
    const int socket = ::accept(listener_, nullptr, nullptr);
    if (socket < 0) return;
    current_ = socket;
    ++connections_;
    Connection connection(socket);
    script(connection);
    current_ = -1;
    ::close(socket);
  }
}

std::string RawServer::url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
}

}  // namespace repopulse::github
