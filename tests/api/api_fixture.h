// The API over a store in memory and a monitor in virtual time. Requests go through the router, without a socket.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/api.h"
#include "sim/memory_store.h"

namespace repopulse::api::test {

using namespace std::chrono_literals;

inline constexpr core::Timestamp kStart{std::chrono::seconds(1'750'000'000)};  // 2025-06-15T15:06:40Z

using Fields = std::vector<std::pair<std::string, std::string>>;

// What a client would see.
struct Answer {
  int status = 0;
  std::string body;
  std::string etag;
  std::map<std::string, std::string> headers;  // of the answer and of its payload
  std::chrono::milliseconds delay{0};

  std::string header(const std::string& name) const;
  boost::json::value json() const;
};

// One event as GitHub shows it.
std::string event_json(std::uint64_t id, core::EventTime at, std::string_view type, std::string_view actor = "ada");

// X-Hub-Signature-256 of a webhook's body.
std::string sign(std::string_view body, std::string_view secret);

class ApiTest : public testing::Test {
 protected:
  ApiTest();

  Answer ask(http::Method method, std::string_view target, std::string_view body = {}, Fields fields = {});
  Answer get(std::string_view target, Fields fields = {}) {
    return ask(http::Method::kGet, target, {}, std::move(fields));
  }
  Answer post(std::string_view target, std::string_view body = {}, Fields fields = {}) {
    return ask(http::Method::kPost, target, body, std::move(fields));
  }
  // As it comes from the handler, for answers that are streams.
  http::Response ask_for_stream(std::string_view target, Fields fields);
  // A new server on the same store.
  void restart();
  // Puts the API on the monitor as it is now.
  void serve();
  Answer get_with(std::string_view target, std::string_view key);

  void add(const std::string& name, bool active = true);
  // GitHub answers the request that is due now.
  void poll(const std::vector<std::string>& events);
  void poll(int status);

  core::Timestamp now_ = kStart;
  std::optional<core::EventTime> date_;  // what GitHub's answers say of its time
  core::EventTime today() const { return core::to_event_time(now_); }

  sim::MemoryStore store_;
  KeyRing keys_{store_};
  std::string admin_key_;
  std::string read_key_;
  std::string key_;  // what a request without a key of its own shows; empty: none
  std::string remote_ = "192.0.2.1";
  // Of what serve() puts on the monitor.
  std::string webhook_secret_ = "it's a secret";
  PublicView public_ = PublicView::kOff;
  int public_limit_ = 0;
  int key_limit_ = 0;
  ProxyAuth proxy_auth_;
  bool from_trusted_proxy_ = false;
  std::unique_ptr<monitor::Monitor> monitor_;
  std::unique_ptr<Api> api_;
  std::unique_ptr<http::Router> router_;

 private:
  void answer(github::HttpResponse response);
  std::optional<http::Response> handle(http::Method method, std::string_view target, std::string_view body,
                                       Fields fields, bool& path_known);
};

}  // namespace repopulse::api::test
