#include "http/client_socket.h"

#include <sys/sendfile.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

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
    const std::size_t size = write_some(output, code);
    if (code == asio::error::would_block) return Written::kBlocked;
    if (code) return Written::kFailed;
    output.take(size);
  }
  return Written::kAll;
}

std::size_t ClientSocket::write_some(const Output& output, ErrorCode& code) {
  const asio::const_buffer text = output.rest_of_text();
  if (output.body().size() == 0) return socket_.write_some(text, code);
  if (output.file() < 0) {
    return socket_.write_some(std::array<asio::const_buffer, 2>{text, output.body()}, code);
  }
  // MSG_MORE: the head waits for the body's first bytes and goes out with them.
  if (text.size() > 0) return socket_.send(asio::buffer(text), MSG_MORE, code);
  return send_file(output, code);
}

std::size_t ClientSocket::send_file(const Output& output, ErrorCode& code) {
  auto offset = static_cast<off_t>(output.file_offset());
  for (;;) {
    const ssize_t size = ::sendfile(socket_.native_handle(), output.file(), &offset, output.body().size());
    if (size > 0) return static_cast<std::size_t>(size);
    if (size < 0 && errno == EINTR) continue;
    code = size < 0 ? ErrorCode(errno, boost::system::system_category()) : ErrorCode(asio::error::eof);
    return 0;
  }
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
