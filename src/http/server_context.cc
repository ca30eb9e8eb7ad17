#include "http/server_context.h"

#include <utility>

namespace repopulse::http {

ServerContext::ServerContext(const ServerSettings& server_settings, const Router& server_router,
                             ServerHooks server_hooks)
    : settings(server_settings),
      router(server_router),
      hooks(std::move(server_hooks)),
      workers(static_cast<std::size_t>(server_settings.blocking_threads)) {}

void ServerContext::connection_opened() {
  connections.fetch_add(1, std::memory_order_relaxed);
  if (hooks.on_connection) hooks.on_connection(1);
}

void ServerContext::connection_closed() {
  if (hooks.on_connection) hooks.on_connection(-1);
  if (connections.fetch_sub(1) != 1) return;
  const std::lock_guard lock(mutex_);
  all_closed_.notify_all();
}

bool ServerContext::wait_until_all_closed(TimePoint deadline) {
  std::unique_lock lock(mutex_);
  return all_closed_.wait_until(lock, deadline, [&] { return connections.load() == 0; });
}

void ServerContext::report(std::string_view request_id, std::string_view message) const {
  if (hooks.on_failure) hooks.on_failure(request_id, message);
}

}  // namespace repopulse::http
