// The event loop of one thread: its connections, their deadlines, and what they share. It reads and writes no socket
// itself, and it never waits for a handler.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/asio.h"
#include "http/deadlines.h"
#include "http/loop_member.h"
#include "http/mailbox.h"
#include "http/response_head.h"
#include "http/server_context.h"

namespace repopulse::http {

class Exchange;

class Loop {
 public:
  explicit Loop(ServerContext& server);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Any thread.
  boost::asio::io_context& context() { return context_; }
  void run();                                                                 // until context().stop()
  std::size_t load() const { return load_.load(std::memory_order_relaxed); }  // connections
  void add_load(int change) { load_.fetch_add(static_cast<std::size_t>(change), std::memory_order_relaxed); }

  // The loop's thread only, from here on.
  ServerContext& server() { return server_; }
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  void add(LoopMember& member) { roster_.push_back(member); }
  void set_deadline(LoopMember& member, Deadline kind) { deadlines_.set(member, kind, Clock::now()); }
  // Streams and requests in flight end; after a short pause idle connections are closed.
  void begin_stop();
  void close_all();
  bool stopping() const { return stopping_; }

  std::string_view date_line();           // good until the next call
  void make_request_id(std::string& id);  // distinct within a server, and most probably between servers too
  // An exchange is used by one connection after another, so that its memory is kept.
  std::unique_ptr<Exchange> take_exchange();
  void give_back(std::unique_ptr<Exchange> exchange);
  std::array<char, 4096>& discarded_bytes() { return discarded_bytes_; }  // room for input that nobody reads

 private:
  using Roster = boost::intrusive::list<LoopMember, boost::intrusive::base_hook<RosterHook>,
                                        boost::intrusive::constant_time_size<false>>;

  void deliver_streams();
  template <typename Action>
  void for_each_member(Action action);

  ServerContext& server_;
  std::atomic<std::size_t> load_{0};
  Roster roster_;
  bool stopping_ = false;
  DateLine date_;
  std::uint64_t next_id_;
  std::unique_ptr<Exchange> spare_;
  std::array<char, 4096> discarded_bytes_;

  // When the context is destroyed, its handlers are too, and with them the connections that they keep. So it stands
  // behind all that a connection's destructor uses.
  boost::asio::io_context context_{1};
  std::optional<boost::asio::executor_work_guard<Executor>> work_;
  std::shared_ptr<Mailbox> mailbox_;
  Deadlines deadlines_;
  Timer stop_timer_;
};

}  // namespace repopulse::http
