#include "monitor/shard_leases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "monitor/shard.h"
#include "sim/memory_store.h"

namespace repopulse::monitor {
namespace {

using namespace std::chrono_literals;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'750'000'000)};

class ShardLeasesTest : public testing::Test {
 protected:
  ShardLeases& server(int shards = 1) {
    servers_.push_back(std::make_unique<ShardLeases>(store_, "server " + std::to_string(servers_.size()), shards,
                                                     [this] { return now_.time_since_epoch(); }));
    return *servers_.back();
  }
  // From now on each call of the store takes as long.
  void slow(core::Millis call) {
    store_.set_faults([this, call](std::string_view name) {
      now_ += call;
      ++calls_[std::string(name)];
      return sim::StoreFault::kNone;
    });
  }
  // Lets the servers work until `span` has passed, twice a second each.
  void run(core::Millis span, const std::set<std::size_t>& asleep = {}) {
    for (const Timestamp end = now_ + span; now_ < end; now_ += 500ms) {
      for (std::size_t i = 0; i < servers_.size(); ++i) {
        if (asleep.contains(i)) continue;
        ASSERT_TRUE(servers_[i]->update(now_));
      }
    }
  }

  sim::MemoryStore store_;
  Timestamp now_ = kStart;
  std::map<std::string, int> calls_;  // since slow()
  std::vector<std::unique_ptr<ShardLeases>> servers_;
};

TEST_F(ShardLeasesTest, one_server_gets_the_lease_and_keeps_it) {
  ShardLeases& first = server();
  ShardLeases& second = server();
  run(60s);
  EXPECT_TRUE(first.may_ask(0, now_));
  EXPECT_FALSE(second.may_ask(0, now_));
  EXPECT_EQ(first.held().at(0), 1);
}

TEST_F(ShardLeasesTest, a_server_that_is_gone_is_followed_by_another_within_fifteen_seconds) {
  server();
  ShardLeases& second = server();
  run(10s);
  run(15s, {0});
  EXPECT_TRUE(second.may_ask(0, now_));
  EXPECT_EQ(second.held().at(0), 2);
}

TEST_F(ShardLeasesTest, a_server_that_cannot_renew_stops_asking_before_another_may_begin) {
  ShardLeases& first = server();
  ShardLeases& second = server();
  run(10s);
  bool both = false;
  Timestamp stopped{};
  Timestamp began{};
  for (const Timestamp end = now_ + 20s; now_ < end; now_ += 100ms) {
    ASSERT_TRUE(second.update(now_));
    both = both || (first.may_ask(0, now_) && second.may_ask(0, now_));
    if (!first.may_ask(0, now_) && stopped == Timestamp{}) stopped = now_;
    if (second.may_ask(0, now_) && began == Timestamp{}) began = now_;
  }
  EXPECT_FALSE(both);
  EXPECT_GE(began - stopped, kMargin) << "clocks may differ by this much";
}

TEST_F(ShardLeasesTest, a_server_that_wakes_from_a_long_sleep_learns_that_it_was_followed) {
  ShardLeases& first = server();
  server();
  run(10s);
  run(20s, {0});
  EXPECT_FALSE(first.may_ask(0, now_)) << "its lease has ended, whatever the store says";
  run(1s);
  EXPECT_TRUE(first.held().empty());
}

TEST_F(ShardLeasesTest, a_server_that_stops_cleanly_is_followed_at_once) {
  ShardLeases& first = server();
  ShardLeases& second = server();
  run(10s);
  ASSERT_TRUE(first.release_all());
  run(1s, {0});
  EXPECT_TRUE(second.may_ask(0, now_));
}

TEST_F(ShardLeasesTest, a_store_that_is_away_takes_no_lease_away_until_it_ends) {
  ShardLeases& first = server();
  run(10s);
  store_.set_faults([](std::string_view) { return sim::StoreFault::kUnavailable; });
  for (const Timestamp end = now_ + 4s; now_ < end; now_ += 500ms) {
    (void)first.update(now_);
    EXPECT_TRUE(first.may_ask(0, now_));
  }
  store_.set_faults({});
  run(1s);
  EXPECT_TRUE(first.may_ask(0, now_));
  EXPECT_EQ(first.held().at(0), 1);
}

TEST_F(ShardLeasesTest, shards_are_shared_equally_and_one_server_holds_each) {
  constexpr int kShards = 16;
  for (int i = 0; i < 3; ++i) server(kShards);
  run(20s);
  std::set<int> all;
  std::size_t sum = 0;
  for (const auto& server : servers_) {
    const auto held = server->held();
    EXPECT_LE(held.size(), 6u);
    EXPECT_GE(held.size(), 4u);
    sum += held.size();
    for (const auto& [shard, fence] : held) all.insert(shard);
  }
  EXPECT_EQ(all.size(), 16u);
  EXPECT_EQ(sum, 16u);
}

TEST_F(ShardLeasesTest, a_server_that_joins_gets_its_part_and_the_shards_of_one_that_dies_go_to_the_rest) {
  constexpr int kShards = 12;
  server(kShards);
  server(kShards);
  run(20s);
  EXPECT_EQ(servers_[0]->held().size(), 6u);
  server(kShards);
  run(20s);
  for (const auto& server : servers_) EXPECT_EQ(server->held().size(), 4u);
  run(30s, {0});
  EXPECT_EQ(servers_[1]->held().size(), 6u);
  EXPECT_EQ(servers_[2]->held().size(), 6u);
}

bool may_ask_all(const ShardLeases& server, int shards, Timestamp now) {
  for (int shard = 0; shard < shards; ++shard) {
    if (!server.may_ask(shard, now)) return false;
  }
  return true;
}

TEST_F(ShardLeasesTest, one_server_renews_the_greatest_number_of_leases_with_one_call_each_time) {
  ShardLeases& first = server(kShardsMax);
  run(2s);
  ASSERT_TRUE(may_ask_all(first, kShardsMax, now_));
  slow(0ms);
  run(20s);
  EXPECT_EQ(calls_["acquire_leases"], 10);
  for (const auto& [shard, fence] : first.held()) EXPECT_EQ(fence, 1);
}

TEST_F(ShardLeasesTest, a_slow_store_ends_no_lease_while_a_server_takes_and_keeps_the_greatest_number) {
  ShardLeases& first = server(kShardsMax);
  slow(200ms);
  std::size_t had = 0;
  for (int i = 0; i < 1'000 && had < kShardsMax; ++i, now_ += 500ms) {
    ASSERT_TRUE(first.update(now_));
    for (const auto& [shard, fence] : first.held()) {
      ASSERT_TRUE(first.may_ask(shard, now_)) << shard << " of " << first.held().size();
    }
    ASSERT_GT(first.held().size(), had);
    had = first.held().size();
  }
  ASSERT_EQ(had, kShardsMax);
  slow(2s);
  for (int i = 0; i < 50; ++i, now_ += 500ms) {
    ASSERT_TRUE(first.update(now_));
    ASSERT_TRUE(may_ask_all(first, kShardsMax, now_));
  }
  for (const auto& [shard, fence] : first.held()) EXPECT_EQ(fence, 1);
}

TEST_F(ShardLeasesTest, a_slow_store_ends_no_lease_while_a_server_gives_half_of_them_to_another) {
  ShardLeases& first = server(kShardsMax);
  run(2s);
  ShardLeases& second = server(kShardsMax);
  slow(50ms);
  for (const Timestamp end = now_ + 5min; now_ < end; now_ += 500ms) {
    for (const auto& server : servers_) {
      ASSERT_TRUE(server->update(now_));
      for (const auto& [shard, fence] : server->held()) ASSERT_TRUE(server->may_ask(shard, now_)) << shard;
    }
  }
  EXPECT_EQ(first.held().size(), kShardsMax / 2);
  EXPECT_EQ(second.held().size(), kShardsMax / 2);
}

TEST_F(ShardLeasesTest, a_shard_is_not_given_back_while_a_request_about_it_is_under_way) {
  ShardLeases& first = server(2);
  run(10s);
  ASSERT_EQ(first.held().size(), 2U);
  ASSERT_TRUE(first.begin_request(1, now_));
  ShardLeases& second = server(2);
  run(10s);
  EXPECT_TRUE(first.held().contains(1));
  EXPECT_TRUE(second.held().contains(0)) << "another one is given back instead";
  first.end_request();
  EXPECT_FALSE(first.begin_request(0, now_)) << "its lease has gone";
}

TEST_F(ShardLeasesTest, a_lease_that_another_server_got_is_lost_and_the_others_are_renewed) {
  ShardLeases& first = server(4);
  run(10s);
  ASSERT_TRUE(store_.release_lease("server 0", 2));
  ASSERT_TRUE(store_.acquire_lease("stranger", 2, 10s, now_).value());
  run(3s);
  EXPECT_FALSE(first.may_ask(2, now_));
  for (const int shard : {0, 1, 3}) EXPECT_TRUE(first.may_ask(shard, now_));
  run(12s);
  EXPECT_TRUE(first.may_ask(2, now_));
  EXPECT_EQ(first.held().at(2), 3);
}

TEST_F(ShardLeasesTest, shards_that_the_store_did_not_take_back_at_once_are_given_back_again) {
  ShardLeases& first = server(4);
  run(10s);
  ShardLeases& second = server(4);
  store_.set_faults([](std::string_view call) {
    return call == "release_leases" ? sim::StoreFault::kUnavailable : sim::StoreFault::kNone;
  });
  for (const Timestamp end = now_ + 20s; now_ < end; now_ += 500ms) {
    (void)first.update(now_);
    (void)second.update(now_);
  }
  EXPECT_THAT(second.held(), testing::IsEmpty());
  store_.set_faults({});
  run(10s);
  EXPECT_THAT(first.held(), testing::SizeIs(2));
  EXPECT_THAT(second.held(), testing::SizeIs(2));
}

// --- clocks that disagree ---

TEST_F(ShardLeasesTest, a_lease_of_a_dead_server_whose_clock_was_ahead_delays_polling_by_seconds) {
  for (const core::Millis ahead : {core::Millis(20s), core::Millis(1h), core::Millis(24h * 400)}) {
    const std::string dead = "dead " + std::to_string(ahead.count());
    sim::MemoryStore store;
    ShardLeases next(store, "next", 1);
    ASSERT_TRUE(store.acquire_lease(dead, 0, 10s, now_ + ahead).value());
    const Timestamp begun = now_;
    while (!next.may_ask(0, now_) && now_ < begun + 10min) {
      ASSERT_TRUE(next.update(now_));
      now_ += 500ms;
    }
    EXPECT_LT(now_ - begun, 20s) << dead;
    EXPECT_EQ(next.held().at(0), 2) << dead;
  }
}

TEST_F(ShardLeasesTest, a_dead_server_whose_clock_was_ahead_keeps_no_part_of_the_shards) {
  constexpr int kShards = 12;
  for (const int shard : {0, 1, 2, 3, 4, 5, -77}) {
    ASSERT_TRUE(store_.acquire_lease("dead", shard, 10s, now_ + 24h).value());
  }
  ShardLeases& next = server(kShards);
  run(20s);
  EXPECT_TRUE(may_ask_all(next, kShards, now_));
}

// It renews, so it lives, and the fences do not grow with each renewal.
TEST_F(ShardLeasesTest, a_living_server_whose_clock_is_ahead_or_behind_is_left_alone) {
  for (const core::Millis off : {core::Millis(1h), core::Millis(-1h), core::Millis(24h * 30)}) {
    sim::MemoryStore store;
    ShardLeases right(store, "right", 1);
    ShardLeases wrong(store, "wrong", 1);
    std::int64_t fence = 0;
    for (int i = 0; i < 600; ++i, now_ += 500ms) {
      ASSERT_TRUE(wrong.update(now_ + off));
      ASSERT_TRUE(right.update(now_));
      const bool first_polls = right.may_ask(0, now_);
      const bool second_polls = wrong.may_ask(0, now_ + off);
      if (i < 10) continue;  // one of them learns within 2 s that the other has taken over
      EXPECT_NE(first_polls, second_polls);
      const std::int64_t now_held = (first_polls ? right : wrong).held().at(0);
      EXPECT_TRUE(i == 10 || now_held == fence) << now_held;
      fence = now_held;
    }
  }
}

TEST_F(ShardLeasesTest, a_server_whose_own_clock_is_set_back_trusts_its_lease_no_longer_than_a_lease_lasts) {
  ShardLeases& first = server();
  now_ += 24h;
  run(10s);
  now_ -= 24h;
  EXPECT_FALSE(first.may_ask(0, now_)) << "how long it still lasts cannot be known";
  run(1s);
  EXPECT_TRUE(first.may_ask(0, now_));
  EXPECT_EQ(first.held().at(0), 1);
}

TEST_F(ShardLeasesTest, one_step_of_this_clock_ends_no_lease_of_another_server) {
  sim::MemoryStore store;
  ShardLeases ahead(store, "ahead", 1);
  ShardLeases right(store, "right", 1);
  for (int i = 0; i < 100; ++i, now_ += 500ms) {
    ASSERT_TRUE(ahead.update(now_ + 24h));
    ASSERT_TRUE(right.update(i < 50 ? now_ : now_ + 3h));
  }
  EXPECT_EQ(ahead.held().at(0), 1);
  EXPECT_TRUE(right.held().empty());
}

}  // namespace
}  // namespace repopulse::monitor
