#include "tests/http/raw_client.h"

#include <arpa/inet.h>
#include <linux/tcp.h>  // netinet/tcp.h leaves the counters out
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace repopulse::http::test {
namespace {

void parse_head(Answer& answer) {
  if (answer.head.size() < 12 || !answer.head.starts_with("HTTP/1.1 ")) {
    throw std::runtime_error("not an answer: " + answer.head);
  }
  answer.status = std::stoi(answer.head.substr(9, 3));
  for (std::size_t at = answer.head.find("\r\n") + 2; at < answer.head.size();) {
    const std::size_t end = answer.head.find("\r\n", at);
    const std::string line = answer.head.substr(at, end - at);
    at = end + 2;
    if (line.empty()) break;
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) throw std::runtime_error("not a field: " + line);
    std::string name = line.substr(0, colon);
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (!answer.fields.emplace(name, line.substr(colon + 2)).second) {
      throw std::runtime_error("a field came twice: " + line);
    }
  }
}

}  // namespace

RawClient::RawClient(std::uint16_t port, bool tls, std::string_view alpn) {
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect");
  }
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (!tls) return;
  context_.reset(SSL_CTX_new(TLS_client_method()));
  ssl_ = SSL_new(context_.get());
  if (!alpn.empty()) {
    std::string offer(1, static_cast<char>(alpn.size()));
    offer += alpn;
    SSL_set_alpn_protos(ssl_, reinterpret_cast<const unsigned char*>(offer.data()),
                        static_cast<unsigned int>(offer.size()));
  }
  SSL_set_fd(ssl_, fd_);
  if (SSL_connect(ssl_) != 1) {
    SSL_free(ssl_);
    ssl_ = nullptr;
  }
}

RawClient::~RawClient() {
  if (ssl_) SSL_free(ssl_);
  ::close(fd_);
}

std::string RawClient::chosen_protocol() const {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_, &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

void RawClient::set_receive_buffer(int bytes) {
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

void RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ssl_ ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                           : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the server has closed: what it said before is read next
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void RawClient::finish_sending() {
  ::shutdown(fd_, SHUT_WR);
}

bool RawClient::fill() {
  pollfd waiting{fd_, POLLIN, 0};
  if (!(ssl_ && SSL_pending(ssl_) > 0) && ::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return false;
  char bytes[16384];
  const auto size = ssl_ ? SSL_read(ssl_, bytes, sizeof bytes) : ::recv(fd_, bytes, sizeof bytes, 0);
  if (size <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(size));
  return true;
}

unsigned RawClient::segments_received() const {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(fd_, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) throw std::runtime_error("no TCP_INFO");
  return info.tcpi_data_segs_in;
}

std::optional<Answer> RawClient::read_head() {
  std::size_t end;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return std::nullopt;
  }
  Answer answer;
  answer.head = buffer_.substr(0, end + 4);
  buffer_.erase(0, end + 4);
  parse_head(answer);
  return answer;
}

std::optional<Answer> RawClient::read_answer(bool has_body) {
  auto answer = read_head();
  if (!answer || !has_body) return answer;
  if (answer->fields.contains("content-length")) {
    const std::size_t size = std::stoul(answer->fields["content-length"]);
    while (buffer_.size() < size) {
      if (!fill()) return std::nullopt;
    }
    answer->body = buffer_.substr(0, size);
    buffer_.erase(0, size);
  } else if (answer->fields.contains("transfer-encoding")) {
    for (;;) {
      while (buffer_.find("\r\n") == std::string::npos) {
        if (!fill()) return std::nullopt;
      }
      std::size_t size = 0;
      const auto digits = std::from_chars(buffer_.data(), buffer_.data() + buffer_.size(), size, 16);
      const auto line = static_cast<std::size_t>(digits.ptr - buffer_.data()) + 2;
      while (buffer_.size() < line + size + 2) {
        if (!fill()) return std::nullopt;
      }
      answer->body += buffer_.substr(line, size);
      buffer_.erase(0, line + size + 2);
      if (size == 0) break;
    }
  }
  return answer;
}

std::string RawClient::read_some() {
  if (buffer_.empty()) fill();
  return std::exchange(buffer_, {});
}

std::string RawClient::read_rest() {
  while (fill()) {
  }
  return std::exchange(buffer_, {});
}

bool RawClient::is_closed() {
  if (!buffer_.empty()) return false;
  pollfd waiting{fd_, POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return false;
  char byte;
  return (ssl_ ? SSL_read(ssl_, &byte, 1) : ::recv(fd_, &byte, 1, 0)) <= 0;
}

std::string get(std::string_view target, std::string_view more_fields) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" + std::string(more_fields) + "\r\n";
}

}  // namespace repopulse::http::test
