// A server on a free port with routes that each test may add to.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/server.h"
#include "tests/http/raw_client.h"

namespace repopulse::http::test {

inline Response text_response(std::string text) {
  PayloadOptions options;
  options.content_type = "text/plain";
  return {.payload = make_payload(std::move(text), options)};
}

// Waits until it is so, a minute at most, and says whether it is.
inline bool eventually(const std::function<bool()>& so) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!so() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return so();
}

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    settings.threads = 2;
    hooks.on_access = [this](const Access& access) {
      const std::lock_guard lock(mutex_);
      accesses_.push_back({std::string(access.method), std::string(access.target), std::string(access.route),
                           std::string(access.request_id), access.status, access.bytes});
    };
    hooks.on_failure = [this](std::string_view id, std::string_view message) {
      const std::lock_guard lock(mutex_);
      failures_.push_back(std::string(id) + "|" + std::string(message));
    };
    route(Method::kGet, "/hello", [](const Request&) { return text_response("hello"); });
    route(Method::kPost, "/echo", [](const Request& request) { return text_response(std::string(request.body)); });
  }

  // Before anything that a handler or a hook uses goes.
  void TearDown() override { server.reset(); }

  void route(Method method, std::string pattern, Handler handler, bool blocking = false) {
    router.add({method, std::move(pattern), std::move(handler), blocking});
  }

  std::uint16_t start() {
    listen();
    server->start();
    return server->port();
  }
  // Clients connect and send; the server hears of it once it is started, so that no time-out begins before.
  void listen() { server = std::make_unique<Server>(settings, router, hooks); }

  // One request on a connection of its own.
  Answer ask(const std::string& request, bool has_body = true) {
    RawClient client(server->port());
    client.send(request);
    const auto answer = client.read_answer(has_body);
    EXPECT_TRUE(answer.has_value()) << "no answer to " << request.substr(0, 200);
    return answer.value_or(Answer{});
  }

  struct Seen {
    std::string method, target, route, request_id;
    int status;
    std::size_t bytes;
  };
  std::vector<Seen> accesses() {
    const std::lock_guard lock(mutex_);
    return accesses_;
  }
  std::vector<std::string> failures() {
    const std::lock_guard lock(mutex_);
    return failures_;
  }

  ServerSettings settings;
  ServerHooks hooks;
  Router router;
  std::unique_ptr<Server> server;

 private:
  std::mutex mutex_;
  std::vector<Seen> accesses_;
  std::vector<std::string> failures_;
};

}  // namespace repopulse::http::test
