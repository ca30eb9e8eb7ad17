#include "http/connection.h"

#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

namespace repopulse::http {

namespace asio = boost::asio;

Connection::Connection(Loop& loop, Socket socket, std::string remote_address)
    : loop_(loop),
      socket_(std::move(socket)),
      remote_address_(std::move(remote_address)),
      reader_({loop.server().settings.max_header_bytes, loop.server().settings.max_target_bytes,
               loop.server().settings.max_body_bytes},
              [this] { return choose_receiver(); }) {
  loop_.add(*this);
  loop_.add_load(1);
  loop_.server().connection_opened();
}

Connection::~Connection() {
  close();
  loop_.add_load(-1);
  loop_.server().connection_closed();
}

void Connection::start() {
  socket_.configure();
  if (loop_.server().certificate) {
    handshake();
  } else {
    pump();
  }
}

void Connection::reject() {
  socket_.configure();
  if (loop_.server().certificate) return close();
  refuse({503, "Too many connections"});
  pump();
}

// --- the state machine ---

void Connection::pump() {
  // Not only between two writes: a write to a reader that takes nothing does not end.
  if (state_ == State::kStreaming && stream_->overflowed()) return close();
  while (!socket_.writing()) {
    switch (state_) {
      case State::kHandshake:
      case State::kTimedOut:
      case State::kLingering:
      case State::kClosed:
        return;
      case State::kIdle:
      case State::kHeader:
      case State::kBody:
        if (!advance()) return;
        break;
      case State::kHandling:
        flush();  // the answers before this one do not wait for it
        return;
      case State::kAnswering:
        answer();
        break;
      case State::kStreaming:
        return pump_stream();
      case State::kFinishing:
        if (flush()) linger();
        return;
    }
  }
}

void Connection::on_deadline(Deadline kind) {
  const auto self = shared_from_this();
  if (kind == Deadline::kHeartbeat && state_ == State::kStreaming) {
    stream_->append_heartbeat(output_.text());
    return pump();
  }
  if (kind == Deadline::kRequest && (state_ == State::kHeader || state_ == State::kBody)) {
    state_ = State::kTimedOut;
    return socket_.cancel();  // on_read() goes on
  }
  close();
}

void Connection::begin_stop() {
  const auto self = shared_from_this();
  if (stream_) stream_->end();
}

void Connection::close_if_idle() {
  const auto self = shared_from_this();
  const bool waits = state_ == State::kIdle || state_ == State::kHandshake;
  if (waits && !socket_.writing() && reader_.empty()) close();
}

void Connection::close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  clear_deadline();
  if (stream_) {
    stream_->reader_gone();
    exchange_->record(stream_->bytes(), true);
  }
  socket_.close();
}

// Closes one direction after the other: with both at once the kernel would throw away what the client has not read yet.
void Connection::linger() {
  state_ = State::kLingering;
  set_deadline(Deadline::kLinger);
  socket_.shut_down([self = shared_from_this()] { self->close(); });
  if (!socket_.secure()) discard_input();
}

// --- reading ---

void Connection::handshake() {
  state_ = State::kHandshake;
  ServerContext& server = loop_.server();
  auto context =
      server.certificate->current(Clock::now(), [&](std::string_view message) { server.report({}, message); });
  set_deadline(Deadline::kRequest);
  socket_.handshake(std::move(context), [self = shared_from_this()](const ErrorCode& code) {
    if (code || self->state_ == State::kClosed) return self->close();
    self->state_ = State::kIdle;
    self->pump();
  });
}

// Looks at what has been read. False: goes on when the client has sent more, or has taken what is written.
bool Connection::advance() {
  if (output_.full() && !flush()) return false;
  switch (reader_.advance()) {
    case RequestReader::Status::kComplete:
      begin_exchange();
      return true;
    case RequestReader::Status::kHeaderEnd:
      if (reader_.expects_continue()) output_.text().append("HTTP/1.1 100 Continue\r\n\r\n");
      return true;
    case RequestReader::Status::kFailed:
      refuse(reader_.failure());
      return true;
    case RequestReader::Status::kNeedMore:
      if (flush()) read();
      return false;
  }
  return false;
}

std::unique_ptr<BodyReceiver> Connection::choose_receiver() {
  auto exchange = loop_.take_exchange();
  exchange->begin(reader_, remote_address_, socket_.secure());
  auto receiver = exchange->make_receiver();
  loop_.give_back(std::move(exchange));
  return receiver;
}

void Connection::read() {
  if (socket_.reading()) return;
  if (reader_.empty()) {
    state_ = State::kIdle;
    set_deadline(next_request_);
  } else {
    // One deadline for the whole of a header, and one for the whole of a body, however slowly the bytes come.
    const State part = reader_.in_body() ? State::kBody : State::kHeader;
    if (state_ != part) set_deadline(Deadline::kRequest);
    state_ = part;
  }
  const std::span<char> room = reader_.prepare();
  socket_.read(asio::mutable_buffer(room.data(), room.size()),
               [self = shared_from_this()](const ErrorCode& code, std::size_t size) { self->on_read(code, size); });
}

void Connection::on_read(const ErrorCode& code, std::size_t size) {
  if (state_ == State::kClosed) return;
  if (state_ == State::kTimedOut) {
    refuse({408, "The request did not come in time"});
    return pump();
  }
  if (code) return close();
  reader_.commit(size);
  pump();
}

// Notices that the client has gone. What it sends meanwhile is thrown away.
void Connection::discard_input() {
  if (socket_.reading() || state_ == State::kClosed) return;
  socket_.read(asio::buffer(loop_.discarded_bytes()), [self = shared_from_this()](const ErrorCode& code, std::size_t) {
    if (code) return self->close();
    self->discard_input();
  });
}

// --- handling ---

void Connection::begin_exchange() {
  state_ = State::kHandling;
  next_request_ = Deadline::kIdle;
  clear_deadline();
  exchange_ = loop_.take_exchange();
  exchange_->begin(reader_, remote_address_, socket_.secure());
  if (exchange_->handle_on_loop()) {
    on_handled();
  } else {
    handle_on_worker();
  }
}

// The request's views stay good: nothing is read meanwhile.
void Connection::handle_on_worker() {
  asio::post(loop_.server().workers, [self = shared_from_this(), exchange = exchange_.get()]() mutable {
    exchange->handle();
    // The last reference must be dropped on the loop's thread.
    auto& context = self->loop_.context();
    asio::post(context, [self = std::move(self)] {
      self->on_handled();
      self->pump();
    });
  });
}

void Connection::on_handled() {
  if (state_ != State::kHandling) return;  // closed meanwhile
  if (exchange_->response().delay.count() > 0) return wait_for_delay();
  state_ = State::kAnswering;
}

void Connection::wait_for_delay() {
  auto timer = std::make_shared<Timer>(loop_.context(), std::exchange(exchange_->response().delay, {}));
  timer->async_wait([self = shared_from_this(), timer](const ErrorCode&) {
    self->on_handled();
    self->pump();
  });
}

// --- answering ---

void Connection::answer() {
  const bool wants_stream = exchange_->response().stream && reader_.method() != Method::kHead;
  if (wants_stream) return open_stream();
  const bool last = loop_.stopping() || !reader_.keep_alive();
  const std::size_t bytes = exchange_->write(reader_, last, output_);
  exchange_->record(bytes, false);
  loop_.give_back(std::move(exchange_));
  reader_.next();
  state_ = last ? State::kFinishing : State::kIdle;
}

void Connection::refuse(const RequestReader::Failure& failure) {
  auto refusal = loop_.take_exchange();
  refusal->refuse(reader_, failure, remote_address_, output_);
  loop_.give_back(std::move(refusal));
  state_ = State::kFinishing;
}

// --- event streams ---

void Connection::open_stream() {
  state_ = State::kStreaming;
  exchange_->write_stream_head(reader_, output_);
  stream_.emplace(
      std::make_shared<StreamQueue>(loop_.mailbox(), weak_from_this(), loop_.server().settings.max_stream_queue_bytes),
      std::move(exchange_->response().stream), !reader_.is_http_1_0());
  if (loop_.stopping()) stream_->end();
}

void Connection::pump_stream() {
  while (flush()) {
    stream_->written();
    if (stream_->ended()) return linger();
    if (auto call = stream_->take_opening()) {
      exchange_->route_is_blocking() ? call_on_worker(std::move(call)) : call_for_stream(call);
    }
    discard_input();
    if (state_ == State::kClosed) return;
    switch (stream_->fill(output_.text())) {
      case StreamWriter::Filled::kSome:
        break;
      case StreamWriter::Filled::kOverflowed:
        return close();
      case StreamWriter::Filled::kNothing:
        if (auto call = stream_->take_drained()) call_on_worker(std::move(call));
        return set_deadline(Deadline::kHeartbeat);
    }
  }
}

void Connection::call_for_stream(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::exception& error) {
    loop_.server().report({}, error.what());
    stream_->end();
  }
}

void Connection::call_on_worker(std::function<void()> call) {
  asio::post(loop_.server().workers, [self = shared_from_this(), call = std::move(call)]() mutable {
    self->call_for_stream(call);
    call = nullptr;
    // The last reference must be dropped on the loop's thread.
    auto& context = self->loop_.context();
    asio::post(context, [self = std::move(self)] {});
  });
}

// --- writing ---

// True: the kernel has taken everything. False: a write is pending, and its end calls pump(); or the client has gone.
bool Connection::flush() {
  if (state_ == State::kClosed) return false;
  switch (socket_.write_now(output_)) {
    case ClientSocket::Written::kAll:
      return true;
    case ClientSocket::Written::kBlocked:
      start_write();
      return false;
    case ClientSocket::Written::kFailed:
      close();
      return false;
  }
  return false;
}

void Connection::start_write() {
  set_deadline(Deadline::kWrite);
  socket_.write(output_, [self = shared_from_this()](const ErrorCode& code, std::size_t size) {
    if (code) return self->close();
    self->clear_deadline();
    self->output_.take(size);
    self->pump();
  });
}

}  // namespace repopulse::http
