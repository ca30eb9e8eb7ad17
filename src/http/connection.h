// One client: reads its requests, has them handled, writes the answers in the order of the requests. It knows HTTP's
// rules about connections (keep-alive, pipelining, time-outs) and nothing about resources.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "http/client_socket.h"
#include "http/exchange.h"
#include "http/loop.h"
#include "http/output.h"
#include "http/request_reader.h"
#include "http/stream_writer.h"

namespace repopulse::http {

// Kept alive by its pending operations: a read, a write, a timer, a handler on a worker thread. Everything runs on the
// loop's thread, except handlers on workers. Every completion handler ends in pump(), and pump() starts what comes
// next.
class Connection final : public LoopMember, public std::enable_shared_from_this<Connection> {
 public:
  Connection(Loop& loop, Socket socket, std::string remote_address);
  ~Connection() override;

  void start();
  void reject();  // too many connections: says so and closes
  void pump();

  void on_deadline(Deadline kind) override;
  void begin_stop() override;
  void close_if_idle() override;
  void close() override;

 private:
  //                   TLS is            a header is    its body is     a whole          the response
  //                   established       incomplete     incomplete      request          is there
  //    kHandshake ──────────────▶ kIdle ─────────▶ kHeader ─────▶ kBody ─────▶ kHandling ─────▶ kAnswering
  //
  // kIdle, kHeader and kBody may each go to kHandling at once, when all that it needs is there already.
  //   kAnswering → kIdle          the answer is in the output, and further requests may follow
  //   kAnswering → kFinishing     it was the last: the client or the server wants to close
  //   kAnswering → kStreaming     the answer is an event stream
  //   kHeader, kBody → kTimedOut  the deadline has passed; the pending read is being cancelled
  //   kTimedOut  → kFinishing     the read has ended, and the output says 408
  //   kIdle, kHeader, kBody → kFinishing   what came cannot be understood, and the output says so
  //   kFinishing → kLingering     everything is written
  //   kStreaming → kLingering     the last chunk is written
  //   any state  → kClosed        the client has closed, an operation failed, a deadline passed, or close() was called
  enum class State {
    kHandshake,  // TLS
    kIdle,       // nothing of the next request has been waited for yet
    kHeader,     // waits for the rest of a header
    kBody,       // waits for the rest of a body
    kTimedOut,
    kHandling,   // the handler runs on a worker, or the response is delayed
    kAnswering,  // the response is there
    kStreaming,
    kFinishing,  // no further request is read; what is in the output is still written
    kLingering,  // closed in our direction; waits, for a short time, until the client has read everything and closes
    kClosed,
  };

  // Reading.
  void handshake();
  bool advance();
  void read();
  void on_read(const ErrorCode& code, std::size_t size);
  void discard_input();
  std::unique_ptr<BodyReceiver> choose_receiver();
  // Handling.
  void begin_exchange();
  void handle_on_worker();
  void on_handled();
  void wait_for_delay();
  // Answering.
  void answer();
  void refuse(const RequestReader::Failure& failure);
  // Event streams.
  void open_stream();
  void pump_stream();
  void call_for_stream(const std::function<void()>& call);
  void call_on_worker(std::function<void()> call);
  // Writing.
  bool flush();
  void start_write();
  void linger();
  void set_deadline(Deadline kind) { loop_.set_deadline(*this, kind); }

  Loop& loop_;
  ClientSocket socket_;
  const std::string remote_address_;
  RequestReader reader_;
  Output output_;
  std::unique_ptr<Exchange> exchange_;  // from kHandling on, until the answer is in the output or the stream ends
  std::optional<StreamWriter> stream_;  // from kStreaming on
  State state_ = State::kIdle;
  Deadline next_request_ = Deadline::kRequest;  // how long an idle connection waits: kIdle after the first request
};

}  // namespace repopulse::http
