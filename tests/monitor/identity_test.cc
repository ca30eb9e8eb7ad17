#include "monitor/identity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "monitor/monitor.h"
#include "polling/policy_table.h"
#include "sim/memory_store.h"

namespace repopulse::monitor {
namespace {

using namespace std::chrono_literals;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'750'000'000)};

// A name at GitHub, with events of the repository that has it now and of those before.
class GivenName {
 public:
  void happens(int repository, Timestamp at) {
    const std::string id = std::to_string(events_.size() + 1);
    events_.insert(events_.begin(), R"({"id":")" + id +
                                        R"(","type":"PushEvent","actor":{"login":"ada"},"repo":{"id":)" +
                                        std::to_string(repository) + R"(,"name":"o/r"},"payload":{},"created_at":")" +
                                        core::format_rfc3339(core::to_event_time(at)) + R"("})");
  }
  void given_away() { events_.clear(); }
  github::HttpResponse answer() const {
    std::string body;
    for (const std::string& event : events_) body += (body.empty() ? "" : ",") + event;
    return {200, {{"X-Poll-Interval", "60"}, {"Content-Type", "application/json"}}, "[" + body + "]"};
  }

 private:
  std::vector<std::string> events_;  // newest first
};

// The commit failed after it had stored an event, and was repeated: this server knows the event only when it follows
// what was stored.
TEST(Identity, a_name_that_was_given_away_shows_no_event_of_the_one_before_though_a_commit_failed_half_done) {
  Timestamp now = kStart;
  bool fails = false;
  sim::MemoryStore store;
  store.write_in_steps({[&] { return now; },
                        [&](std::string_view, int step) {
                          const bool now_fails = step == 5 && std::exchange(fails, false);
                          return now_fails ? sim::StoreFault::kUnavailable : sim::StoreFault::kNone;
                        }});
  MonitorSettings settings;
  settings.replica = ReplicaSettings{"server", 1, {}};
  Monitor monitor(store, polling::make_policy("fixed", {30s, {}}).value(), settings);
  ASSERT_TRUE(monitor.start(now));
  ASSERT_TRUE(monitor.keep_up(now));
  const store::NewRepository wanted{*core::RepoName::parse("o/r"), true};
  ASSERT_TRUE(monitor.add({&wanted, 1}, now));
  GivenName name;
  const auto pass = [&](core::Millis span) {
    for (const Timestamp end = now + span; now < end;) ASSERT_TRUE(monitor.renew_leases(now += 1s));
  };
  const auto poll = [&] {
    ASSERT_TRUE(std::holds_alternative<github::HttpRequest>(monitor.next(now)));
    monitor.absorb(name.answer(), now);
  };

  name.happens(1, now - 10s);
  poll();
  pass(70s);
  ASSERT_TRUE(monitor.keep_up(now));
  const Timestamp last_of_first = now - 5s;
  name.happens(1, last_of_first);
  fails = true;
  poll();
  EXPECT_FALSE(fails);
  pass(2s);
  (void)monitor.next(now);  // the commit again
  name.given_away();
  name.happens(2, now);
  pass(70s);
  poll();
  const store::Repository kept = store.repositories()->front();
  EXPECT_EQ(kept.others_until, core::to_event_time(last_of_first));
  ASSERT_TRUE(monitor.keep_up(now));
  const auto statistics = monitor.snapshot()->find("o/r")->window.statistics(now);
  EXPECT_EQ(statistics.types.front().events, 1U);
}

}  // namespace
}  // namespace repopulse::monitor
