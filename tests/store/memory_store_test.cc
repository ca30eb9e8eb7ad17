#include "sim/memory_store.h"

#include <gtest/gtest.h>

#include <limits>
#include <memory>

#include "tests/store/conformance/conformance.h"
#include "tests/store/conformance/samples.h"

namespace repopulse::store {
namespace {

class MemoryHost final : public StoreHost {
 public:
  std::shared_ptr<Store> open() override { return store_; }
  bool cause(Trouble trouble) override {
    if (trouble != Trouble::kAway) return false;
    store_->fail_next(std::numeric_limits<int>::max());
    return true;
  }

 private:
  std::shared_ptr<sim::MemoryStore> store_ = std::make_shared<sim::MemoryStore>();
};

INSTANTIATE_TEST_SUITE_P(Memory, StoreConformance,
                         ::testing::Values(StoreUnderTest{"Memory", [] { return std::make_unique<MemoryHost>(); }}),
                         name_of_store);

TEST(MemoryStoreFaults, FailForAsLongAsAskedAndChangeNothing) {
  sim::MemoryStore store;
  const RepoId id = add(store, "o/r");
  store.fail_next(2);
  const Status first = store.set_active(id, true);
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().kind, core::ErrorKind::kUnavailable);
  EXPECT_FALSE(store.ping());
  EXPECT_TRUE(store.ping());
  EXPECT_FALSE(must(store.repositories())[0].active);
}

TEST(MemoryStoreFaults, ACrashBeforeACallWritesNothingAndOneAfterItEverything) {
  sim::MemoryStore store;
  const RepoId id = add(store, "o/r");
  PollCommit poll;
  poll.events = {{id, {event(1, 1)}}};
  sim::StoreFault fault = sim::StoreFault::kCrashBefore;
  store.set_faults([&](std::string_view call) { return call == "commit" ? fault : sim::StoreFault::kNone; });
  EXPECT_THROW((void)store.commit(poll), sim::Crash);
  EXPECT_EQ(must(store.repositories())[0].events_stored, 0U);
  fault = sim::StoreFault::kCrashAfter;
  EXPECT_THROW((void)store.commit(poll), sim::Crash);
  EXPECT_EQ(must(store.repositories())[0].events_stored, 1U);
}

}  // namespace
}  // namespace repopulse::store
