// Servers on one store, in virtual time, and the GitHub that they ask.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "monitor/monitor.h"
#include "polling/policy_table.h"
#include "sim/memory_store.h"

namespace repopulse::monitor::test {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

inline constexpr Timestamp kStart{std::chrono::seconds(1'750'000'000)};
inline constexpr Millis kTick{100};
inline constexpr Millis kLatency{300};
inline constexpr Millis kInterval = 60s;

// A GitHub whose every repository has one more event each ten seconds, whose organisation `o` shows `o/a`, `o/b` and
// `o/c`, and which notes what it is asked for.
class GitHub {
 public:
  github::HttpResponse answer(const github::HttpRequest& request, Timestamp now) {
    const std::string feed = feed_of(request.url);
    ++requests[feed];
    const std::int64_t newest = now.time_since_epoch() / 10s;
    const std::string etag = "W/\"" + std::to_string(newest) + "\"";
    if (github::header(request.headers, "if-none-match") == etag) return {304, {{"X-Poll-Interval", "60"}}, ""};
    const std::vector<std::string> organisation = {"o/a", "o/b", "o/c"};
    const std::vector<std::string> shown =
        feed == "orgs/o" ? organisation : std::vector{feed.substr(std::string("repos/").size())};
    std::string body = "[";
    for (std::int64_t tick = newest; tick > newest - 30; --tick) {
      for (const std::string& name : shown) {
        const auto place = std::ranges::find(organisation, name) - organisation.begin();  // another id for each of them
        body += (body.size() > 1 ? "," : "") + (R"({"id":")" + std::to_string(tick * 4 + place)) +
                R"(","type":"PushEvent","actor":{"login":"ada"},"repo":{"name":")" + name +
                R"("},"payload":{},"created_at":")" + core::format_rfc3339(core::event_time_from_unix(tick * 10)) +
                R"("})";
      }
    }
    return {200, {{"ETag", etag}, {"X-Poll-Interval", "60"}, {"Content-Type", "application/json"}}, body + "]"};
  }
  // `repos/o/a` of `…/repos/o/a/events?…`.
  static std::string feed_of(const std::string& url) {
    const std::size_t begin = std::min(url.find("repos/"), url.find("orgs/"));
    return url.substr(begin, url.find("/events") - begin);
  }

  std::map<std::string, int> requests;  // by feed
};

struct Server {
  std::unique_ptr<Monitor> monitor;
  bool running = true;
  bool renews = false;  // its leases, on a thread of its own, which runs when the others wait, too
  bool reaches_store = true;
  std::optional<github::HttpRequest> asked;
  Timestamp answer_at{};
  Timestamp next_keep_up{};
  Timestamp next_renewal{};
  std::vector<std::uint64_t> told;  // ids of events, in order
};

class ServersTest : public testing::Test {
 protected:
  // Without `shards` the only server.
  Server& boot(std::optional<int> shards = std::nullopt) {
    auto server = std::make_unique<Server>();
    MonitorSettings settings;
    settings.github.token = "secret";
    settings.max_active = 50;
    if (shards) {
      settings.replica = ReplicaSettings{"server " + std::to_string(servers_.size()), *shards,
                                         [this] { return now_.time_since_epoch(); }};
    }
    const polling::PolicySettings policy{freshness_, {}};
    server->monitor = std::make_unique<Monitor>(store_, polling::make_policy(policy_, policy).value(), settings);
    EXPECT_TRUE(server->monitor->start(now_));
    Subscriber subscriber;
    subscriber.on_event = [told = &server->told](const store::StoredEvent& event, const core::RepoName&) {
      told->push_back(event.event.key.id);
    };
    server->monitor->subscribe(subscriber);
    servers_.push_back(std::move(server));
    return *servers_.back();
  }
  void stop(Server& server) {
    server.running = false;
    server.asked.reset();
  }
  void run(Millis span) {
    for (const Timestamp end = now_ + span; now_ < end; now_ += kTick) {
      for (const auto& server : servers_) {
        if (server->renews) renew(*server);
        if (server->running) step_by_itself(*server);
      }
      const auto asking = std::ranges::count_if(servers_, [](const auto& s) { return s->running && s->asked; });
      most_at_once_ = std::max(most_at_once_, asking);
    }
  }
  void add(Server& server, const std::string& name, bool active = true) {
    const store::NewRepository repository{*core::RepoName::parse(name), active};
    const auto added = server.monitor->add({&repository, 1}, now_);
    ASSERT_TRUE(added) << added.error().message;
  }
  static std::shared_ptr<const RepositoryView> view(const Server& server, const std::string& name) {
    return server.monitor->snapshot()->find(name);
  }

  std::string policy_ = "fixed";  // of servers that boot from now on
  Millis freshness_ = kInterval / 2;
  Timestamp now_ = kStart;
  sim::MemoryStore store_;
  GitHub github_;
  std::vector<std::unique_ptr<Server>> servers_;
  std::ptrdiff_t most_at_once_ = 0;  // requests under way

 private:
  void renew(Server& server) {
    if (now_ < server.next_renewal) return;
    (void)server.monitor->renew_leases(now_);
    server.next_renewal = now_ + 500ms;
  }
  void step_by_itself(Server& server) {
    if (server.reaches_store) return step(server);
    store_.set_faults([](std::string_view) { return sim::StoreFault::kUnavailable; });
    step(server);
    store_.set_faults({});
  }
  void step(Server& server) {
    if (now_ >= server.next_keep_up) {
      (void)server.monitor->keep_up(now_);
      server.next_keep_up = now_ + 500ms;
    }
    if (server.asked) {
      if (now_ < server.answer_at) return;
      const github::HttpRequest request = *std::exchange(server.asked, std::nullopt);
      server.monitor->absorb(github_.answer(request, now_), now_);
    }
    const Action action = server.monitor->next(now_);
    if (const auto* request = std::get_if<github::HttpRequest>(&action)) {
      server.asked = *request;
      server.answer_at = now_ + kLatency;
    }
  }
};

}  // namespace repopulse::monitor::test
