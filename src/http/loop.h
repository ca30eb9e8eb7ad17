// One thread's event loop: its connections, their deadlines, and what they share.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "http/response_head.h"
#include "http/server.h"
#include "http/stream_queue.h"
#include "http/tls.h"

namespace repopulse::http {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using Timer = boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Executor>;

// What all loops of a server share. Only the counters change after the start.
struct ServerContext {
  ServerContext(const ServerSettings& server_settings, const Router& server_router, ServerHooks server_hooks)
      : settings(server_settings),
        router(server_router),
        hooks(std::move(server_hooks)),
        workers(static_cast<std::size_t>(server_settings.blocking_threads)) {}

  void opened();
  void closed();
  bool wait_until_closed(TimePoint deadline);  // false: some are left
  void report(std::string_view request_id, std::string_view message) const;

  const ServerSettings settings;
  const Router& router;
  const ServerHooks hooks;
  std::optional<Certificate> certificate;
  boost::asio::thread_pool workers;
  std::atomic<std::size_t> connections{0};

 private:
  std::mutex mutex_;
  std::condition_variable all_closed_;
};

// What a connection may wait for. For each kind all connections wait equally long, so that they queue up in the order
// of their deadlines: setting one costs two pointers, and the loop needs one timer.
enum class Wait { kRequest, kIdle, kWrite, kLinger, kHeartbeat };
inline constexpr std::size_t kWaits = 5;

using AutoUnlink = boost::intrusive::link_mode<boost::intrusive::auto_unlink>;
struct DeadlineTag;
struct RosterTag;
using DeadlineHook = boost::intrusive::list_base_hook<boost::intrusive::tag<DeadlineTag>, AutoUnlink>;
using RosterHook = boost::intrusive::list_base_hook<boost::intrusive::tag<RosterTag>, AutoUnlink>;

// A connection as its loop knows it. Unlinks itself when it goes.
class LoopMember : public DeadlineHook, public RosterHook {
 public:
  virtual ~LoopMember() = default;
  virtual void on_deadline(Wait wait) = 0;
  virtual void begin_stop() = 0;        // finish what is in flight, then close
  virtual void close_if_between() = 0;  // no request has begun
  virtual void close() = 0;             // now

 private:
  friend class Loop;
  TimePoint due_;
};

// A request from its header to its answer. Reused by the connections of a loop, one after another.
struct Exchange {
  Request request;
  Response response;
  const Route* route = nullptr;
  std::string generated_id;
  TimePoint started;
  bool handled = false;
};

class Loop {
 public:
  explicit Loop(ServerContext& server);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Any thread.
  boost::asio::io_context& context() { return context_; }
  void run();
  std::size_t load() const { return load_.load(std::memory_order_relaxed); }
  void add_load(int change) { load_.fetch_add(static_cast<std::size_t>(change), std::memory_order_relaxed); }

  // The loop's thread only, from here on.
  ServerContext& server() { return server_; }
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  void enroll(LoopMember& member) { roster_.push_back(member); }
  void wait(LoopMember& member, Wait kind, TimePoint now);
  void begin_stop();
  void close_all();
  bool stopping() const { return stopping_; }

  std::string_view date_line();
  void make_request_id(std::string& id);
  std::unique_ptr<Exchange> take_exchange();
  void give_back(std::unique_ptr<Exchange> exchange);
  std::array<char, 4096>& discarded_bytes() { return discarded_bytes_; }

 private:
  using Deadlines = boost::intrusive::list<LoopMember, boost::intrusive::base_hook<DeadlineHook>,
                                           boost::intrusive::constant_time_size<false>>;
  using Roster = boost::intrusive::list<LoopMember, boost::intrusive::base_hook<RosterHook>,
                                        boost::intrusive::constant_time_size<false>>;

  void arm(TimePoint due);
  void expire();
  void deliver_streams();
  template <typename Action>
  void for_each_member(Action action);

  ServerContext& server_;
  std::atomic<std::size_t> load_{0};
  std::array<std::chrono::milliseconds, kWaits> durations_;
  std::chrono::milliseconds tick_;
  std::array<Deadlines, kWaits> deadlines_;
  Roster roster_;
  std::optional<TimePoint> armed_;
  bool stopping_ = false;
  DateLine date_;
  std::uint64_t next_id_;
  std::unique_ptr<Exchange> spare_;
  std::array<char, 4096> discarded_bytes_;

  // Behind all that its handlers use: they go with it, and connections with them.
  boost::asio::io_context context_{1};
  std::optional<boost::asio::executor_work_guard<Executor>> work_;
  std::shared_ptr<Mailbox> mailbox_;
  Timer timer_;
  Timer stop_timer_;
};

}  // namespace repopulse::http
