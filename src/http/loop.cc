#include "http/loop.h"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <random>

#include "http/connection.h"

namespace repopulse::http {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds kLinger{2'000};
// A request that is already under way to us when we stop is still answered.
constexpr std::chrono::milliseconds kStopPause{50};

std::uint64_t random_start() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

}  // namespace

void ServerContext::opened() {
  connections.fetch_add(1, std::memory_order_relaxed);
  if (hooks.on_connection) hooks.on_connection(1);
}

void ServerContext::closed() {
  if (hooks.on_connection) hooks.on_connection(-1);
  if (connections.fetch_sub(1) != 1) return;
  const std::lock_guard lock(mutex_);
  all_closed_.notify_all();
}

bool ServerContext::wait_until_closed(TimePoint deadline) {
  std::unique_lock lock(mutex_);
  return all_closed_.wait_until(lock, deadline, [&] { return connections.load() == 0; });
}

void ServerContext::report(std::string_view request_id, std::string_view message) const {
  if (hooks.on_failure) hooks.on_failure(request_id, message);
}

Loop::Loop(ServerContext& server)
    : server_(server),
      durations_{server.settings.header_timeout, server.settings.idle_timeout, server.settings.write_timeout, kLinger,
                 server.settings.heartbeat},
      next_id_(random_start()),
      work_(asio::make_work_guard(context_)),
      mailbox_(std::make_shared<Mailbox>([this] { asio::post(context_, [this] { deliver_streams(); }); })),
      timer_(context_),
      stop_timer_(context_) {
  // Deadlines are met late by up to a tick, so that the loop wakes for many of them at once, and once a second at most.
  tick_ = std::clamp(*std::ranges::min_element(durations_) / 8, std::chrono::milliseconds(10),
                     std::chrono::milliseconds(1000));
}

Loop::~Loop() {
  mailbox_->shut();
}

void Loop::run() {
  pthread_setname_np(pthread_self(), "http");
  context_.run();
}

void Loop::wait(LoopMember& member, Wait kind, TimePoint now) {
  const auto index = static_cast<std::size_t>(kind);
  member.due_ = now + durations_[index];
  static_cast<DeadlineHook&>(member).unlink();
  deadlines_[index].push_back(member);
  arm(member.due_);
}

void Loop::arm(TimePoint due) {
  if (armed_ && *armed_ <= due + tick_) return;
  const auto ticks = (due.time_since_epoch() + tick_ - Clock::duration(1)) / tick_;
  armed_ = TimePoint(ticks * tick_);
  timer_.expires_at(*armed_);
  timer_.async_wait([this](const boost::system::error_code& code) {
    if (!code) expire();
  });
}

void Loop::expire() {
  armed_.reset();
  const TimePoint now = Clock::now();
  for (std::size_t i = 0; i < kWaits; ++i) {
    while (!deadlines_[i].empty() && deadlines_[i].front().due_ <= now) {
      LoopMember& member = deadlines_[i].front();
      deadlines_[i].pop_front();
      member.on_deadline(static_cast<Wait>(i));
    }
  }
  for (const Deadlines& deadlines : deadlines_) {
    if (!deadlines.empty()) arm(deadlines.front().due_);
  }
}

void Loop::deliver_streams() {
  for (const auto& stream : mailbox_->take()) {
    if (const auto connection = stream->connection()) connection->pump();
  }
}

// A member may go while it is called.
template <typename Action>
void Loop::for_each_member(Action action) {
  for (auto it = roster_.begin(); it != roster_.end();) action(*it++);
}

void Loop::begin_stop() {
  stopping_ = true;
  for_each_member([](LoopMember& member) { member.begin_stop(); });
  stop_timer_.expires_after(kStopPause);
  stop_timer_.async_wait([this](const boost::system::error_code& code) {
    if (!code) for_each_member([](LoopMember& member) { member.close_if_between(); });
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

// Distinct within a server, and by its random start in all likelihood between servers too.
void Loop::make_request_id(std::string& id) {
  id.resize(16);
  std::uint64_t value = next_id_++;
  for (auto digit = id.rbegin(); digit != id.rend(); ++digit, value >>= 4) *digit = "0123456789abcdef"[value & 15];
}

std::unique_ptr<Exchange> Loop::take_exchange() {
  return spare_ ? std::move(spare_) : std::make_unique<Exchange>();
}

void Loop::give_back(std::unique_ptr<Exchange> exchange) {
  exchange->response = {};
  exchange->route = nullptr;
  exchange->handled = false;
  spare_ = std::move(exchange);
}

}  // namespace repopulse::http
