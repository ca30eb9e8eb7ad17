// Leases of many shards that one call takes, renews or ends.
#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "tests/store/conformance/conformance.h"
#include "tests/store/conformance/samples.h"
#include "tests/store/one_lease.h"

namespace repopulse::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr core::Millis kTtl{10'000};

// By shard.
std::vector<Lease> acquire(Store& store, const std::string& holder, const std::vector<int>& shards,
                           core::Timestamp now) {
  std::vector<Lease> held = must(store.acquire_leases(holder, shards, kTtl, now));
  std::ranges::sort(held, {}, &Lease::shard);
  return held;
}

std::vector<int> shards_of(const std::vector<Lease>& leases) {
  std::vector<int> shards;
  for (const Lease& lease : leases) shards.push_back(lease.shard);
  return shards;
}

TEST_P(StoreConformance, OneCallTakesManyLeasesAndRenewsThemUnderTheirFences) {
  constexpr std::size_t kShards = 300;
  std::vector<int> all(kShards);
  std::iota(all.begin(), all.end(), 0);
  const std::vector<Lease> taken = acquire(store(), "one", all, instant(0));
  const std::vector<Lease> renewed = acquire(store(), "one", all, instant(5));
  EXPECT_EQ(shards_of(taken), all);
  ASSERT_EQ(shards_of(renewed), all);
  for (std::size_t i = 0; i < kShards; ++i) {
    EXPECT_EQ(taken[i].expires_at, instant(10));
    EXPECT_EQ(renewed[i].expires_at, instant(15));
    EXPECT_EQ(renewed[i].fence, taken[i].fence);
  }
  for (const HeldLease& held : must(store().leases())) EXPECT_EQ(held.lease.expires_at, instant(15));
  EXPECT_THAT(acquire(store(), "one", {}, instant(5)), IsEmpty());
}

TEST_P(StoreConformance, OfManyLeasesThoseAreGrantedThatNobodyElseHolds) {
  if (!GetParam().exclusive_leases) GTEST_SKIP() << "a store for one process";
  acquire(store(), "one", {0, 1}, instant(0));
  acquire(store(), "two", {2}, instant(0));
  acquire(store(), "two", {3}, instant(5));
  EXPECT_THAT(shards_of(acquire(store(), "one", {0, 1, 2, 3, 4}, instant(5))), ElementsAre(0, 1, 4));
  EXPECT_THAT(shards_of(acquire(store(), "one", {0, 2, 3}, instant(12))), ElementsAre(0, 2)) << "one has ended";
  EXPECT_THAT(shards_of(acquire(store(), "two", {0, 2, 3}, instant(12))), ElementsAre(3));
}

TEST_P(StoreConformance, LeasesThatAreTakenOverTogetherHaveHigherFencesEachAndFormerHoldersAreRefused) {
  const std::vector<Lease> first = acquire(store(), "one", {0, 1, 2}, instant(0));
  must(acquire_one(store(), "two", 1, kTtl, instant(20)));  // so that the fences differ
  const std::vector<Lease> last = acquire(store(), "three", {0, 1, 2}, instant(40));
  ASSERT_THAT(first, SizeIs(3));
  ASSERT_THAT(last, SizeIs(3));
  const RepoId id = add(store(), "o/r");
  for (std::size_t i = 0; i < last.size(); ++i) {
    EXPECT_GT(last[i].fence, first[i].fence);
    PollCommit poll;
    poll.events = {{id, {event(i + 1, 1)}}};
    poll.shard = first[i].shard;
    poll.fence = first[i].fence;
    EXPECT_EQ(failure_of(store().commit(poll)), core::ErrorKind::kStale) << i;
    poll.fence = last[i].fence;
    must(store().commit(poll));
  }
  EXPECT_THAT(all_events(store(), id), SizeIs(3));
}

TEST_P(StoreConformance, OneCallEndsTheLeasesThatTheHolderHas) {
  if (!GetParam().exclusive_leases) GTEST_SKIP() << "a store for one process";
  acquire(store(), "one", {0, 1, 2}, instant(0));
  acquire(store(), "two", {3, 4}, instant(0));
  must(store().release_leases("one", std::vector{0, 2, 3, 9}));
  EXPECT_THAT(shards_of(acquire(store(), "three", {0, 1, 2, 3, 4}, instant(1))), ElementsAre(0, 2));
  std::vector<HeldLease> held = must(store().leases());
  std::erase_if(held, [](const HeldLease& lease) { return lease.holder == "three"; });
  must(store().release_held(held));
  EXPECT_THAT(shards_of(acquire(store(), "four", {0, 1, 2, 3, 4}, instant(2))), ElementsAre(1, 3, 4));
}

// --- seats ---

constexpr int kSeat = -5;

TEST_P(StoreConformance, LeasesThatAreTakenWithASeatLastAsLongAsIt) {
  if (!GetParam().exclusive_leases) GTEST_SKIP() << "a store for one process";
  acquire(store(), "one", {kSeat}, instant(0));
  const std::vector<Lease> taken = acquire(store(), "one", {0, 1}, instant(4));
  ASSERT_THAT(shards_of(taken), ElementsAre(0, 1));
  EXPECT_EQ(taken[0].expires_at, instant(10)) << "as the seat";
  acquire(store(), "one", {kSeat}, instant(8));
  for (const HeldLease& held : must(store().leases()))
    EXPECT_EQ(held.lease.expires_at, instant(18)) << held.lease.shard;
  EXPECT_THAT(acquire(store(), "two", {0, 1}, instant(17)), IsEmpty());
  const std::vector<Lease> renewed = acquire(store(), "one", {kSeat, 0, 1}, instant(17));
  ASSERT_THAT(shards_of(renewed), ElementsAre(kSeat, 0, 1));
  EXPECT_EQ(renewed[1].expires_at, instant(27));
  EXPECT_EQ(renewed[1].fence, taken[0].fence);
  const std::vector<Lease> next = acquire(store(), "two", {0, 1, 2}, instant(28));
  ASSERT_THAT(shards_of(next), ElementsAre(0, 1, 2));
  EXPECT_GT(next[0].fence, taken[0].fence);
  EXPECT_THAT(shards_of(acquire(store(), "one", {kSeat, 0, 1}, instant(29))), ElementsAre(kSeat))
      << "a new seat brings no lease back that another has";
}

TEST_P(StoreConformance, LeasesEndWithTheSeatOrBefore) {
  if (!GetParam().exclusive_leases) GTEST_SKIP() << "a store for one process";
  acquire(store(), "one", {kSeat}, instant(0));
  const std::vector<Lease> taken = acquire(store(), "one", {0, 1, 2}, instant(0));
  must(release_one(store(), "one", 2));
  acquire(store(), "one", {kSeat, 0, 1}, instant(1));
  EXPECT_THAT(shards_of(acquire(store(), "two", {0, 1, 2}, instant(2))), ElementsAre(2));
  must(store().release_leases("one", std::vector{0, 1, kSeat}));
  for (const HeldLease& held : must(store().leases())) {
    EXPECT_TRUE(held.lease.shard == 2 || held.lease.expires_at <= instant(2)) << held.lease.shard;
  }
  const std::vector<Lease> next = acquire(store(), "two", {0, 1}, instant(2));
  ASSERT_THAT(shards_of(next), ElementsAre(0, 1));
  EXPECT_GT(next[0].fence, taken[0].fence);
}

TEST_P(StoreConformance, WhatIsTakenTogetherWithTheSeatLastsAsLongAsIt) {
  if (!GetParam().exclusive_leases) GTEST_SKIP() << "a store for one process";
  acquire(store(), "one", {kSeat, 0, 1}, instant(0));
  acquire(store(), "one", {kSeat}, instant(8));
  EXPECT_THAT(acquire(store(), "two", {0, 1}, instant(17)), IsEmpty());
}

// The clock of the holder was set back.
TEST_P(StoreConformance, ARenewalMayBringTheEndOfALeaseForward) {
  must(acquire_one(store(), "one", 0, kTtl, instant(3'600)));
  const std::vector<Lease> renewed = acquire(store(), "one", {0}, instant(0));
  ASSERT_THAT(renewed, SizeIs(1));
  EXPECT_EQ(renewed[0].expires_at, instant(10));
}

}  // namespace
}  // namespace repopulse::store
