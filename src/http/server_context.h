// What all event loops of a server share: settings, routes, hooks, certificate, worker threads, the count of
// connections. Only the count changes after the start. Thread-safe.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string_view>

#include "http/asio.h"
#include "http/server.h"
#include "http/tls.h"

namespace repopulse::http {

struct ServerContext {
  ServerContext(const ServerSettings& server_settings, const Router& server_router, ServerHooks server_hooks);

  void connection_opened();
  void connection_closed();
  bool wait_until_all_closed(TimePoint deadline);  // false: some are still open
  // To the hook on_failure. `request_id` is empty when the message is not about a request.
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

}  // namespace repopulse::http
