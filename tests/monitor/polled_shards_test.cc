#include "monitor/polled_shards.h"

#include <gtest/gtest.h>

#include "monitor/shard.h"

namespace repopulse::monitor {
namespace {

TEST(PolledShards, of_a_server_that_is_alone_are_all_and_need_no_fence) {
  const PolledShards shards;
  EXPECT_TRUE(shards.alone());
  EXPECT_FALSE(shards.none());
  EXPECT_TRUE(shards.polls(7));
  EXPECT_TRUE(shards.polls_feed("repos/o/r"));
  store::PollCommit commit;
  shards.stamp(commit, "repos/o/r");
  EXPECT_FALSE(commit.fence);
}

TEST(PolledShards, of_one_server_of_several_are_those_that_it_has_taken) {
  PolledShards shards(8);
  const int shard = shard_of("repos/o/r", 8);
  EXPECT_TRUE(shards.none());
  EXPECT_FALSE(shards.polls_feed("repos/o/r"));
  shards.take({{shard, 5}});
  EXPECT_TRUE(shards.polls_feed("repos/o/r"));
  EXPECT_TRUE(shards.polls_feed("orgs/o")) << "an organisation's feed is in the shard of its repositories";
  EXPECT_FALSE(shards.polls(shard + 1));
  EXPECT_TRUE(shards.renew(shard, 6));
  EXPECT_FALSE(shards.renew(shard, 8)) << "another server was in between";
  EXPECT_FALSE(shards.renew(shard + 1, 6)) << "it is not polled";
  store::PollCommit commit;
  shards.stamp(commit, "repos/o/r");
  EXPECT_EQ(commit.fence, 6);
  EXPECT_EQ(commit.shard, shard);
  shards.give_up(shard);
  EXPECT_TRUE(shards.none());
}

}  // namespace
}  // namespace repopulse::monitor
