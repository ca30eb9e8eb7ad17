#include "http/loop.h"

#include <pthread.h>
#include <signal.h>

#include <boost/asio/post.hpp>
#include <random>

#include "http/connection.h"
#include "http/exchange.h"

namespace repopulse::http {
namespace {

namespace asio = boost::asio;

// A request that is on its way to us when we stop is still answered.
constexpr std::chrono::milliseconds kStopPause{50};

std::uint64_t random_start() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

}  // namespace

Loop::Loop(ServerContext& server)
    : server_(server),
      next_id_(random_start()),
      work_(asio::make_work_guard(context_)),
      mailbox_(std::make_shared<Mailbox>([this] { asio::post(context_, [this] { deliver_streams(); }); })),
      deadlines_(context_, server.settings),
      stop_timer_(context_) {}

Loop::~Loop() {
  mailbox_->shut();
}

void Loop::run() {
  pthread_setname_np(pthread_self(), "http");
  // sendfile() to a client that has gone raises it, and no flag forbids that; the error alone is enough.
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  context_.run();
}

void Loop::deliver_streams() {
  for (const auto& stream : mailbox_->take()) {
    if (const auto connection = stream->connection()) connection->pump();
  }
}

// A member may be destroyed while it is called.
template <typename Action>
void Loop::for_each_member(Action action) {
  for (auto it = roster_.begin(); it != roster_.end();) action(*it++);
}

void Loop::begin_stop() {
  stopping_ = true;
  for_each_member([](LoopMember& member) { member.begin_stop(); });
  stop_timer_.expires_after(kStopPause);
  stop_timer_.async_wait([this](const ErrorCode& code) {
    if (!code) for_each_member([](LoopMember& member) { member.close_if_idle(); });
  });
}

void Loop::close_all() {
  for_each_member([](LoopMember& member) { member.close(); });
}

std::string_view Loop::date_line() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return date_.at(now.tv_sec);
}

void Loop::make_request_id(std::string& id) {
  id.resize(16);
  std::uint64_t value = next_id_++;
  for (auto digit = id.rbegin(); digit != id.rend(); ++digit, value >>= 4) *digit = "0123456789abcdef"[value & 15];
}

std::unique_ptr<Exchange> Loop::take_exchange() {
  return spare_ ? std::move(spare_) : std::make_unique<Exchange>(*this);
}

void Loop::give_back(std::unique_ptr<Exchange> exchange) {
  exchange->reset();
  spare_ = std::move(exchange);
}

}  // namespace repopulse::http
