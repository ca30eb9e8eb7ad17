// One request and its answer: finds the route, calls the handler, and turns the response into bytes. Touches no socket
// and starts no thread; the connection decides when each step is taken.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "http/asio.h"
#include "http/message.h"
#include "http/output.h"
#include "http/request_reader.h"
#include "http/response_head.h"
#include "http/router.h"

namespace repopulse::http {

class Loop;

class Exchange {
 public:
  explicit Exchange(Loop& loop) : loop_(loop) {}

  // Takes over the request that `reader` has, as views: they stay good until reader.next(). Its body may be incomplete.
  void begin(const RequestReader& reader, std::string_view remote_address, bool secure);
  // After begin() with a request whose header alone is complete: what the route takes the body with; mostly nullptr.
  std::unique_ptr<BodyReceiver> make_receiver();
  // Forgets request and answer, keeps the memory.
  void reset();

  // Finds the route and, where that may be done on the loop's thread, makes the response. False: call handle() on a
  // worker thread.
  bool handle_on_loop();
  void handle();  // never throws: a handler that throws gives a 500

  Response& response() { return response_; }
  bool route_is_blocking() const { return route_->blocking; }  // only when there is a route

  // Appends the answer. `last`: the connection is closed after it. Returns the size of the body that goes out.
  std::size_t write(const RequestReader& reader, bool last, Output& output);
  void write_stream_head(const RequestReader& reader, Output& output);
  // Instead of all of the above, when there is no request that can be handled: appends an error as the last answer, and
  // records it.
  void refuse(const RequestReader& reader, const RequestReader::Failure& failure, std::string_view remote_address,
              Output& output);

  // Tells the hook on_access; once an answer.
  void record(std::size_t bytes, bool is_stream) const;

 private:
  Router::Match find_route();
  void adapt_error();
  void refuse_method(const Router::Match& match);
  Response error_response(int status, std::string_view message) const;
  template <typename Function>
  std::invoke_result_t<Function, const Request&> guarded(const Function& handler) const;
  ResponseHead common_head(const RequestReader& reader, bool last) const;

  Loop& loop_;
  Request request_;
  Response response_;
  const Route* route_ = nullptr;
  std::string generated_id_;
  TimePoint started_;
};

}  // namespace repopulse::http
