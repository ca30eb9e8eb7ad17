// One client: reads its requests, has them handled, writes the answers in their order.
#pragma once

#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "http/loop.h"
#include "http/request_reader.h"

namespace repopulse::http {

// Lives as long as something of it is under way: a read, a write, a timer, a handler on a worker thread. All on the
// loop's thread. The one rule: whatever ends calls pump(), and pump() starts what is next.
class Connection final : public LoopMember, public std::enable_shared_from_this<Connection> {
 public:
  Connection(Loop& loop, Socket socket, std::string remote_address);
  ~Connection() override;

  void start();
  void reject();  // too many connections: says so and closes
  void pump();

  void on_deadline(Wait wait) override;
  void begin_stop() override;
  void close_if_between() override;
  void close() override;

 private:
  // Reading.
  void handshake();
  void read();
  void on_read(const boost::system::error_code& code, std::size_t size);
  void discard_input();
  void invite_body();
  // Handling.
  void begin_exchange();
  void fill_request();
  void find_route();
  void refuse_method(const Router::Match& match);
  void call_handler();
  void handle_quickly_or_on_worker();
  void handle_on_worker();
  void on_handled();
  void wait_for_delay();
  Response error_response(int status, std::string_view message) const;
  template <typename Function>
  std::invoke_result_t<Function, const Request&> guarded(const Function& handler, const Request& request) const;
  // Answering.
  void answer();
  std::size_t write_answer(Response& response);
  bool may_compress(const Payload& payload) const;
  static std::shared_ptr<const Payload> compressed(const Payload& payload);
  ResponseHead common_head();
  void write_failure(const RequestReader::Failure& failure);
  void record(int status, std::size_t bytes);
  // Event streams.
  void open_stream();
  void pump_stream();
  void announce_stream();
  void run_for_stream(const std::function<void()>& call) const;
  void run_on_worker(std::function<void()> call);
  bool fill_from_stream();
  void append_chunk(std::string_view text);
  // Writing.
  bool has_output() const { return out_written_ < out_.size() || !body_.empty(); }
  bool flush();
  void start_write();
  boost::asio::const_buffer rest_of_out() const;
  void take_output(std::size_t size);
  void linger();
  void wait(Wait kind);

  Loop& loop_;
  Socket socket_;
  std::shared_ptr<boost::asio::ssl::context> tls_context_;
  std::optional<boost::asio::ssl::stream<Socket&>> tls_;
  const std::string remote_address_;
  RequestReader reader_;

  std::string out_;  // answers, or heads of answers
  std::size_t out_written_ = 0;
  std::string_view body_;                        // follows out_: one that is too long to be copied
  std::shared_ptr<const Payload> body_payload_;  // owns it

  std::unique_ptr<Exchange> exchange_;  // while a request is being handled
  struct Stream {
    std::shared_ptr<StreamQueue> queue;
    std::function<void(std::shared_ptr<EventStream>)> on_open;  // until the header is written
    bool chunked = true;
    bool ended = false;
    std::size_t bytes_pending = 0;  // taken from the queue and not yet by the client
    std::size_t bytes_written = 0;
  };
  std::optional<Stream> stream_;

  bool reading_ = false;
  bool writing_ = false;
  bool timing_out_ = false;  // the read is being broken off
  bool awaits_request_end_ = false;
  bool served_ = false;       // at least one request
  bool close_after_ = false;  // once all is written
  bool lingering_ = false;
  bool closed_ = false;
};

}  // namespace repopulse::http
