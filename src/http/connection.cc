#include "http/connection.h"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>

#include "http/negotiation.h"

namespace repopulse::http {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

// Longer bodies are written from where they lie: beside a copy of this many bytes a second buffer costs nothing.
constexpr std::size_t kMaxCopiedBody = 16 * 1024;
// Answers to pipelined requests, and messages of a stream, go out together up to about that many bytes.
constexpr std::size_t kFlushAt = 32 * 1024;
constexpr std::size_t kMaxKeptOutput = 16 * 1024;
constexpr std::string_view kStreamLines =
    "Content-Type: text/event-stream\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n";

std::string join(const std::vector<std::string_view>& words) {
  std::string result;
  for (const std::string_view word : words) result.append(result.empty() ? "" : ", ").append(word);
  return result;
}

bool may_have_body(int status) {
  return status != 204 && status != 304;
}

}  // namespace

Connection::Connection(Loop& loop, Socket socket, std::string remote_address)
    : loop_(loop),
      socket_(std::move(socket)),
      remote_address_(std::move(remote_address)),
      reader_({loop.server().settings.max_header_bytes, loop.server().settings.max_target_bytes,
               loop.server().settings.max_body_bytes}) {
  loop_.enroll(*this);
  loop_.add_load(1);
  loop_.server().opened();
}

Connection::~Connection() {
  close();
  loop_.add_load(-1);
  loop_.server().closed();
}

void Connection::start() {
  ErrorCode ignored;  // a socket that refuses an option still serves
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  if (loop_.server().certificate) {
    handshake();
  } else {
    pump();
  }
}

void Connection::reject() {
  ErrorCode ignored;
  socket_.non_blocking(true, ignored);
  if (loop_.server().certificate) return close();
  write_failure({503, "Too many connections"});
  pump();
}

void Connection::handshake() {
  ServerContext& server = loop_.server();
  tls_context_ =
      server.certificate->current(Clock::now(), [&](std::string_view message) { server.report({}, message); });
  tls_.emplace(socket_, *tls_context_);
  wait(Wait::kRequest);
  tls_->async_handshake(asio::ssl::stream_base::server, [self = shared_from_this()](const ErrorCode& code) {
    if (code || self->closed_) return self->close();
    self->pump();
  });
}

// --- the state machine ---

void Connection::pump() {
  // Not only between two writes: one to a reader that takes nothing does not end.
  if (stream_ && stream_->queue->overflowed()) return close();
  while (!closed_ && !writing_ && !lingering_) {
    if (stream_) return pump_stream();
    if (exchange_) {
      if (exchange_->handled) {
        answer();
        continue;
      }
      flush();  // this one takes its time: the answers before it do not wait for it
      return;
    }
    if (close_after_) {
      if (flush()) linger();
      return;
    }
    if (!body_.empty() || out_.size() > kFlushAt) {
      if (!flush()) return;
    }
    switch (reader_.advance()) {
      case RequestReader::Status::kComplete:
        begin_exchange();
        break;
      case RequestReader::Status::kHeaderEnd:
        invite_body();
        break;
      case RequestReader::Status::kFailed:
        write_failure(reader_.failure());
        break;
      case RequestReader::Status::kNeedMore:
        if (flush()) read();
        return;
    }
  }
}

void Connection::on_deadline(Wait kind) {
  const auto self = shared_from_this();
  if (kind == Wait::kHeartbeat && stream_) {
    append_chunk(":\n\n");
    return pump();
  }
  if (kind == Wait::kRequest && !reader_.empty() && reading_) {
    timing_out_ = true;
    ErrorCode ignored;
    socket_.cancel(ignored);  // on_read() goes on
    return;
  }
  close();
}

void Connection::begin_stop() {
  const auto self = shared_from_this();
  if (stream_) stream_->queue->close();
}

void Connection::close_if_between() {
  const auto self = shared_from_this();
  if (!exchange_ && !stream_ && !writing_ && !lingering_ && reader_.empty()) close();
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  static_cast<DeadlineHook&>(*this).unlink();
  if (stream_) {
    stream_->queue->reader_gone();
    record(exchange_->response.status, stream_->bytes_written);
  }
  ErrorCode ignored;
  socket_.close(ignored);
}

// Both ways are shut in turn: closing at once would make the kernel throw away what the client has not read yet.
void Connection::linger() {
  lingering_ = true;
  wait(Wait::kLinger);
  if (tls_) {
    tls_->async_shutdown([self = shared_from_this()](const ErrorCode&) { self->close(); });
    return;
  }
  ErrorCode ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  discard_input();
}

void Connection::wait(Wait kind) {
  loop_.wait(*this, kind, Clock::now());
}

// --- reading ---

void Connection::read() {
  if (reading_) return;
  reading_ = true;
  if (reader_.empty()) {
    awaits_request_end_ = false;
    wait(served_ ? Wait::kIdle : Wait::kRequest);
  } else if (!awaits_request_end_) {
    awaits_request_end_ = true;  // one deadline from the first byte on, however slowly the others come
    wait(Wait::kRequest);
  }
  const std::span<char> room = reader_.prepare();
  auto done = [self = shared_from_this()](const ErrorCode& code, std::size_t size) { self->on_read(code, size); };
  const asio::mutable_buffer buffer(room.data(), room.size());
  if (tls_) {
    tls_->async_read_some(buffer, std::move(done));
  } else {
    socket_.async_read_some(buffer, std::move(done));
  }
}

void Connection::on_read(const ErrorCode& code, std::size_t size) {
  reading_ = false;
  if (closed_) return;
  if (timing_out_) {
    timing_out_ = false;
    write_failure({408, "The request did not come in time"});
    return pump();
  }
  if (code) return close();
  reader_.commit(size);
  pump();
}

// Notices that the client has gone; what it sends meanwhile is of no interest.
void Connection::discard_input() {
  if (reading_ || closed_) return;
  reading_ = true;
  auto done = [self = shared_from_this()](const ErrorCode& code, std::size_t) {
    self->reading_ = false;
    if (code) return self->close();
    self->discard_input();
  };
  const asio::mutable_buffer buffer = asio::buffer(loop_.discarded_bytes());
  if (tls_) {
    tls_->async_read_some(buffer, std::move(done));
  } else {
    socket_.async_read_some(buffer, std::move(done));
  }
}

void Connection::invite_body() {
  awaits_request_end_ = false;  // the body has a deadline of its own
  if (reader_.expects_continue()) out_.append("HTTP/1.1 100 Continue\r\n\r\n");
}

// --- handling ---

void Connection::begin_exchange() {
  exchange_ = loop_.take_exchange();
  exchange_->started = Clock::now();
  served_ = true;
  awaits_request_end_ = false;
  static_cast<DeadlineHook&>(*this).unlink();
  fill_request();
  find_route();
}

void Connection::fill_request() {
  Request& request = exchange_->request;
  request.method = reader_.method();
  request.method_name = reader_.method_name();
  request.target = reader_.target();
  request.path = reader_.path().empty() ? "/" : reader_.path();
  request.query = reader_.query();
  request.body = reader_.body();
  request.remote_address = remote_address_;
  request.secure = tls_.has_value();
  request.header_context = &reader_;
  request.find_header = [](const void* reader, std::string_view name) {
    return static_cast<const RequestReader*>(reader)->header(name);
  };
  request.request_id = reader_.header("x-request-id");
  if (!is_sane_request_id(request.request_id)) {
    loop_.make_request_id(exchange_->generated_id);
    request.request_id = exchange_->generated_id;
  }
}

void Connection::find_route() {
  const Router::Match match = loop_.server().router.match(exchange_->request);
  exchange_->route = match.route;
  if (match.route) return match.route->blocking ? handle_quickly_or_on_worker() : call_handler();
  if (match.malformed) {
    exchange_->response = error_response(400, "The path's percent-encoding is malformed");
  } else {
    refuse_method(match);
  }
  on_handled();
}

void Connection::refuse_method(const Router::Match& match) {
  const Request& request = exchange_->request;
  Response& response = exchange_->response;
  std::string allowed = join(match.allowed);
  if (request.path == "*") allowed = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
  const bool never_allowed = request.method_name == "TRACE" || request.method_name == "CONNECT";
  if (request.method == Method::kOptions && !allowed.empty()) {
    response.status = 204;
  } else if (match.path_known || never_allowed) {
    response = error_response(405, "The method is not allowed here");
  } else {
    response = error_response(404, "Not Found");
    return;
  }
  response.headers.emplace_back("Allow", std::move(allowed));
}

Response Connection::error_response(int status, std::string_view message) const {
  Response response;
  response.status = status;
  const auto& make = loop_.server().hooks.error_payload;
  if (make) {
    response.payload = make(status, message);
  } else {
    PayloadOptions options;
    options.content_type = "text/plain; charset=utf-8";
    options.cache_control = "no-store";
    options.no_etag = true;
    response.payload = make_payload(std::string(message) + "\n", options);
  }
  return response;
}

template <typename Function>
std::invoke_result_t<Function, const Request&> Connection::guarded(const Function& handler,
                                                                   const Request& request) const {
  try {
    return handler(request);
  } catch (const std::exception& error) {
    loop_.server().report(request.request_id, error.what());
  } catch (...) {
    loop_.server().report(request.request_id, "an exception of unknown type");
  }
  return error_response(500, "Internal Server Error");
}

void Connection::call_handler() {
  exchange_->response = guarded(exchange_->route->handler, exchange_->request);
  on_handled();
}

void Connection::handle_quickly_or_on_worker() {
  const auto& quick = exchange_->route->quick;
  std::optional<Response> response = quick ? guarded(quick, exchange_->request) : std::nullopt;
  if (!response) return handle_on_worker();
  exchange_->response = std::move(*response);
  on_handled();
}

// The request's views stay good: nothing is read meanwhile.
void Connection::handle_on_worker() {
  asio::post(loop_.server().workers, [self = shared_from_this(), exchange = exchange_.get()]() mutable {
    exchange->response = self->guarded(exchange->route->handler, exchange->request);
    // The last reference may go away only on the loop's thread.
    auto& context = self->loop_.context();
    asio::post(context, [self = std::move(self)] {
      self->on_handled();
      self->pump();
    });
  });
}

void Connection::on_handled() {
  if (exchange_->response.delay.count() > 0) return wait_for_delay();
  exchange_->handled = true;
}

void Connection::wait_for_delay() {
  auto timer = std::make_shared<Timer>(loop_.context(), exchange_->response.delay);
  exchange_->response.delay = {};
  timer->async_wait([self = shared_from_this(), timer](const ErrorCode&) {
    self->on_handled();
    self->pump();
  });
}

// --- answering ---

void Connection::answer() {
  Response& response = exchange_->response;
  if (loop_.stopping() || !reader_.keep_alive()) close_after_ = true;
  if (response.stream && reader_.method() != Method::kHead) return open_stream();
  const std::size_t bytes = write_answer(response);
  record(response.status, bytes);
  loop_.give_back(std::move(exchange_));
  reader_.next();
}

// Chooses what of the payload this client gets. Returns the size of the body that goes out.
std::size_t Connection::write_answer(Response& response) {
  std::shared_ptr<const Payload> payload = response.payload;
  const bool is_read = reader_.method() == Method::kGet || reader_.method() == Method::kHead;
  if (payload && is_read && response.status == 200 && !payload->etag.empty() &&
      etag_matches(reader_.if_none_match(), payload->etag)) {
    response.status = 304;
  }
  ResponseHead head = common_head();
  std::string_view body;
  if (payload) {
    head.payload_lines = payload->header_lines;
    body = payload->body;
    if (may_have_body(response.status) && may_compress(*payload)) {
      if (payload->gzip_body.empty()) payload = compressed(*payload);
      if (!payload->gzip_body.empty()) {
        body = payload->gzip_body;
        if (payload->gzip_header_lines.empty()) response.headers.emplace_back("Content-Encoding", "gzip");
        if (!payload->gzip_header_lines.empty()) head.payload_lines = payload->gzip_header_lines;
      }
    }
  }
  if (response.stream) {  // HEAD: what a GET would begin with
    head.payload_lines = kStreamLines;
    head.chunked = !reader_.is_http_1_0();
  } else if (may_have_body(response.status)) {
    head.content_length = body.size();
  }
  append_head(out_, response, head);
  if (!may_have_body(response.status) || reader_.method() == Method::kHead) return 0;
  if (body.size() <= kMaxCopiedBody) {
    out_.append(body);
  } else {
    body_ = body;
    body_payload_ = std::move(payload);
  }
  return body.size();
}

bool Connection::may_compress(const Payload& payload) const {
  return (payload.compress_when_asked || !payload.gzip_body.empty()) && accepts_gzip(reader_.accept_encoding());
}

std::shared_ptr<const Payload> Connection::compressed(const Payload& payload) {
  auto result = std::make_shared<Payload>(payload);
  result->gzip_body = gzip(payload.body);
  return result;
}

ResponseHead Connection::common_head() {
  ResponseHead head;
  head.date_line = loop_.date_line();
  head.common_lines = loop_.server().hooks.header_lines;
  if (reader_.method() == Method::kOptions) head.options_lines = loop_.server().hooks.options_header_lines;
  head.request_id = exchange_ ? exchange_->request.request_id : std::string_view{};
  head.close = close_after_;
  head.say_keep_alive = reader_.is_http_1_0();
  return head;
}

void Connection::write_failure(const RequestReader::Failure& failure) {
  exchange_ = loop_.take_exchange();
  exchange_->started = Clock::now();
  exchange_->request = {};
  loop_.make_request_id(exchange_->generated_id);
  exchange_->request.request_id = exchange_->generated_id;
  close_after_ = true;
  Response response = error_response(failure.status, failure.message);
  if (failure.status == 503) response.headers.emplace_back("Retry-After", "1");
  ResponseHead head = common_head();
  const std::string_view body = response.payload ? std::string_view(response.payload->body) : std::string_view{};
  if (response.payload) head.payload_lines = response.payload->header_lines;
  head.content_length = body.size();
  append_head(out_, response, head);
  out_.append(body);
  record(failure.status, body.size());
  loop_.give_back(std::move(exchange_));
}

void Connection::record(int status, std::size_t bytes) {
  if (!loop_.server().hooks.on_access) return;
  const Request& request = exchange_->request;
  Access access;
  access.request_id = request.request_id;
  access.method = request.method_name;
  access.target = request.target;
  access.verb = request.method;
  if (exchange_->route) {
    access.route = exchange_->route->pattern;
    access.route_id = exchange_->route->id;
  }
  access.remote_address = remote_address_;
  access.status = status;
  access.bytes = bytes;
  access.is_stream = stream_.has_value();
  access.took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - exchange_->started);
  loop_.server().hooks.on_access(access);
}

// --- event streams ---

void Connection::open_stream() {
  Response& response = exchange_->response;
  close_after_ = true;
  stream_.emplace(Stream{});
  stream_->queue =
      std::make_shared<StreamQueue>(loop_.mailbox(), weak_from_this(), loop_.server().settings.max_stream_queue_bytes);
  stream_->on_open = std::move(response.stream);
  stream_->chunked = !reader_.is_http_1_0();
  ResponseHead head = common_head();
  head.payload_lines = kStreamLines;
  head.chunked = stream_->chunked;
  append_head(out_, response, head);
  if (loop_.stopping()) stream_->queue->close();
}

void Connection::pump_stream() {
  while (flush()) {
    if (stream_->bytes_pending > 0) stream_->queue->written(std::exchange(stream_->bytes_pending, 0));
    if (stream_->ended) return linger();
    if (stream_->on_open) announce_stream();
    discard_input();
    if (closed_) return;
    if (!fill_from_stream()) {
      if (auto call = stream_->queue->take_drained()) run_on_worker(std::move(call));
      return wait(Wait::kHeartbeat);
    }
    if (closed_) return;
  }
}

void Connection::announce_stream() {
  auto call = [queue = stream_->queue, on_open = std::exchange(stream_->on_open, nullptr)] { on_open(queue); };
  if (exchange_->route->blocking) return run_on_worker(std::move(call));
  run_for_stream(call);
}

void Connection::run_for_stream(const std::function<void()>& call) const {
  try {
    call();
  } catch (const std::exception& error) {
    loop_.server().report({}, error.what());
    stream_->queue->close();
  }
}

void Connection::run_on_worker(std::function<void()> call) {
  asio::post(loop_.server().workers, [self = shared_from_this(), call = std::move(call)]() mutable {
    self->run_for_stream(call);
    call = nullptr;
    // The last reference may go away only on the loop's thread.
    auto& context = self->loop_.context();
    asio::post(context, [self = std::move(self)] {});
  });
}

// False: there is nothing to write.
bool Connection::fill_from_stream() {
  const StreamQueue::Batch batch = stream_->queue->take(kFlushAt);
  if (batch.overflowed) {
    close();
    return true;
  }
  for (const auto& text : batch.texts) {
    stream_->bytes_pending += text->size();
    stream_->bytes_written += text->size();
    append_chunk(*text);
  }
  if (batch.closed) {
    stream_->ended = true;
    if (stream_->chunked) out_.append("0\r\n\r\n");
  }
  return batch.closed || !batch.texts.empty();
}

void Connection::append_chunk(std::string_view text) {
  if (!stream_->chunked) {
    out_.append(text);
    return;
  }
  std::array<char, 16> size;
  const auto end = std::to_chars(size.data(), size.data() + size.size(), text.size(), 16).ptr;
  out_.append(size.data(), end).append("\r\n").append(text).append("\r\n");
}

// --- writing ---

// True: the kernel has taken all. False: a write goes on, and its end calls pump(); or the client is gone.
bool Connection::flush() {
  while (has_output()) {
    if (closed_) return false;
    if (!tls_) {
      ErrorCode code;
      const std::size_t size =
          body_.empty()
              ? socket_.write_some(rest_of_out(), code)
              : socket_.write_some(std::array<asio::const_buffer, 2>{rest_of_out(), asio::buffer(body_)}, code);
      if (!code) {
        take_output(size);
        continue;
      }
      if (code != asio::error::would_block) {
        close();
        return false;
      }
    }
    start_write();
    return false;
  }
  return !closed_;
}

void Connection::start_write() {
  writing_ = true;
  wait(Wait::kWrite);
  auto done = [self = shared_from_this()](const ErrorCode& code, std::size_t size) {
    self->writing_ = false;
    if (code) return self->close();
    self->take_output(size);
    self->pump();
  };
  const asio::const_buffer first = out_written_ < out_.size() ? rest_of_out() : asio::buffer(body_);
  if (tls_) {
    tls_->async_write_some(first, std::move(done));
  } else {
    socket_.async_write_some(first, std::move(done));
  }
}

asio::const_buffer Connection::rest_of_out() const {
  return {out_.data() + out_written_, out_.size() - out_written_};
}

void Connection::take_output(std::size_t size) {
  const std::size_t of_out = std::min(size, out_.size() - out_written_);
  out_written_ += of_out;
  body_.remove_prefix(size - of_out);
  if (has_output()) return;
  out_written_ = 0;
  if (out_.capacity() > kMaxKeptOutput) out_ = {};
  out_.clear();
  body_payload_.reset();
}

}  // namespace repopulse::http
