#include "monitor/shard_leases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/memory_store.h"

namespace repopulse::monitor {
namespace {

using namespace std::chrono_literals;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'750'000'000)};

class ShardLeasesTest : public testing::Test {
 protected:
  ShardLeases& server(int shards = 1) {
    servers_.push_back(std::make_unique<ShardLeases>(store_, "server " + std::to_string(servers_.size()), shards));
    return *servers_.back();
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

}  // namespace
}  // namespace repopulse::monitor
