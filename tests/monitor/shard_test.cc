#include "monitor/shard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace repopulse::monitor {
namespace {

TEST(Shard, of_an_organisation_s_feed_is_that_of_its_repositories) {
  EXPECT_EQ(shard_of("orgs/kubernetes", 64), shard_of("repos/kubernetes/kubernetes", 64));
  EXPECT_EQ(shard_of("repos/kubernetes/website", 64), shard_of("repos/kubernetes/kubernetes", 64));
}

TEST(Shard, spreads_owners_evenly) {
  constexpr int kShards = 16;
  std::vector<int> count(kShards);
  for (int i = 0; i < 16'000; ++i) {
    ++count[static_cast<std::size_t>(shard_of("repos/owner" + std::to_string(i) + "/x", kShards))];
  }
  EXPECT_THAT(count, testing::Each(testing::AllOf(testing::Gt(850), testing::Lt(1150))));
}

}  // namespace
}  // namespace repopulse::monitor
