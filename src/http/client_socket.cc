#include "http/client_socket.h"

#include <array>

namespace repopulse::http {

namespace asio = boost::asio;

// A socket that refuses an option still serves.
void ClientSocket::configure() {
  ErrorCode ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
}

ClientSocket::Written ClientSocket::write_now(Output& output) {
  while (!output.empty()) {
    if (tls_) return Written::kBlocked;
    ErrorCode code;
    const std::size_t size =
        output.body().size() == 0
            ? socket_.write_some(output.rest_of_text(), code)
            : socket_.write_some(std::array<asio::const_buffer, 2>{output.rest_of_text(), output.body()}, code);
    if (code == asio::error::would_block) return Written::kBlocked;
    if (code) return Written::kFailed;
    output.take(size);
  }
  return Written::kAll;
}

void ClientSocket::cancel() {
  ErrorCode ignored;
  socket_.cancel(ignored);
}

void ClientSocket::close() {
  ErrorCode ignored;
  socket_.close(ignored);
}

}  // namespace repopulse::http
