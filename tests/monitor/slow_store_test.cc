// Servers on one store that answers slowly: nobody asks GitHub under a lease that has ended while he waited.
#include <gmock/gmock.h>

#include <utility>

#include "tests/monitor/servers.h"

namespace repopulse::monitor::test {
namespace {

class SlowStoreTest : public ServersTest {
 protected:
  // The next call of that name takes as long. `waits` does nothing meanwhile, and the other servers go on.
  void slow_once(const std::string& call, Millis span, Server& waits) {
    store_.set_faults([this, call, span, &waits, done = false](std::string_view name) mutable {
      if (name != call || std::exchange(done, true)) return sim::StoreFault::kNone;
      const bool was_running = std::exchange(waits.running, false);
      run(span);
      waits.running = was_running;
      return sim::StoreFault::kNone;
    });
  }
  static bool asks(const Action& action) { return std::holds_alternative<github::HttpRequest>(action); }
};

TEST_F(SlowStoreTest, nothing_is_asked_after_a_history_that_took_longer_to_read_than_the_lease_lasts) {
  policy_ = "adaptive";  // which learns from history
  for (const int shards : {1, 2}) {
    servers_.clear();
    Server& first = boot(shards);
    run(1s);
    Server& second = boot(shards);
    const std::string name = "o" + std::to_string(shards) + "/r";
    add(first, name, false);
    ASSERT_TRUE(first.monitor->set_active(name, true, now_));
    slow_once("arrivals", 15s, first);
    EXPECT_FALSE(asks(first.monitor->next(now_))) << shards;
    EXPECT_EQ(github_.requests["repos/" + name], 1) << "the second has taken the lease and asked, " << shards;
    run(3min);
    EXPECT_GE(github_.requests["repos/" + name], 3) << shards;
    EXPECT_EQ(most_at_once_, 1) << shards;
    EXPECT_FALSE(second.told.empty());
    (void)second.monitor->release_leases();
    (void)first.monitor->release_leases();
  }
}

// Leases were renewed by the thread that reads the list.
TEST_F(SlowStoreTest, a_list_that_takes_long_to_read_ends_no_lease) {
  Server& first = boot(1);
  first.renews = true;
  run(1s);
  Server& second = boot(1);
  add(first, "o/r");
  run(2min);
  for (const Millis span : {Millis(9s), Millis(30s), Millis(5min)}) {
    slow_once("repositories", span, first);
    add(second, "o/" + std::to_string(span.count()), false);  // so that the first reads the list again
    run(span + 2s);
    EXPECT_EQ(first.monitor->snapshot()->poller.condition, PollerCondition::kOk);
    EXPECT_EQ(second.monitor->snapshot()->poller.condition, PollerCondition::kFollowing);
  }
  const auto leases = store_.leases().value();
  ASSERT_THAT(leases, testing::SizeIs(1));
  EXPECT_EQ(leases.front().holder, "server 0");
  EXPECT_EQ(leases.front().lease.fence, 1) << "it never ended";
}

// It was dropped, and GitHub asked again before its floor: the lease has another fence then.
TEST_F(SlowStoreTest, an_answer_that_waits_for_the_store_is_kept_when_the_lease_ended_and_was_taken_again) {
  Server& server = boot(1);
  run(1s);
  add(server, "o/r");
  run(90s);
  while (!server.asked) run(kTick);
  const int asked = github_.requests["repos/o/r"] + 1;  // this one is on its way
  store_.set_faults([](std::string_view) { return sim::StoreFault::kUnavailable; });
  run(15s);
  store_.set_faults({});
  ASSERT_EQ(store_.leases()->front().lease.fence, 1);
  for (const Timestamp end = now_ + 20s; now_ < end; now_ += kTick) {
    ASSERT_TRUE(server.monitor->renew_leases(now_));
    ASSERT_FALSE(asks(server.monitor->next(now_)));
  }
  EXPECT_EQ(store_.leases()->front().lease.fence, 2);
  run(10s);
  EXPECT_EQ(github_.requests["repos/o/r"], asked);
  EXPECT_EQ(server.monitor->snapshot()->poller.condition, PollerCondition::kOk);
}

TEST_F(SlowStoreTest, a_history_that_was_read_in_time_delays_no_request) {
  policy_ = "adaptive";
  Server& first = boot(1);
  run(1s);
  add(first, "o/r", false);
  ASSERT_TRUE(first.monitor->set_active("o/r", true, now_));
  slow_once("arrivals", 2s, first);
  EXPECT_TRUE(asks(first.monitor->next(now_)));
}

}  // namespace
}  // namespace repopulse::monitor::test
