#include "store/measured_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>

#include "sim/memory_store.h"
#include "tests/store/conformance/conformance.h"
#include "tests/store/conformance/samples.h"

namespace repopulse::store {
namespace {

using namespace std::chrono_literals;

// Each reading of the clock takes two milliseconds.
CallTimes::Clock ticking() {
  return [readings = std::make_shared<std::atomic<int>>(0)] { return 2ms * ++*readings; };
}

class MeasuredHost final : public StoreHost {
 public:
  std::shared_ptr<Store> open() override { return measured_; }
  bool cause(Trouble trouble) override {
    if (trouble != Trouble::kAway) return false;
    store_.fail_next(std::numeric_limits<int>::max());
    return true;
  }

 private:
  sim::MemoryStore store_;
  CallTimes times_{ticking()};
  std::shared_ptr<Store> measured_ = measured(store_, times_);
};

INSTANTIATE_TEST_SUITE_P(Measured, StoreConformance,
                         ::testing::Values(StoreUnderTest{"Measured", [] { return std::make_unique<MeasuredHost>(); }}),
                         name_of_store);

const CallTimes::Operation& operation(const std::vector<CallTimes::Operation>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &CallTimes::Operation::name);
  if (found == all.end()) throw std::runtime_error("not measured: " + std::string(name));
  return *found;
}

TEST(MeasuredStoreTest, notes_each_call_under_its_name) {
  sim::MemoryStore memory;
  CallTimes times(ticking());
  const auto store = measured(memory, times);
  EXPECT_TRUE(times.operations().empty());
  const RepoId id = add(*store, "o/r");
  ASSERT_TRUE(store->ping());
  ASSERT_TRUE(store->ping());
  ASSERT_TRUE(store->set_active(id, true));
  const auto all = times.operations();
  EXPECT_EQ(all.size(), 3u);
  EXPECT_EQ(operation(all, "ping").latency.count, 2u);
  EXPECT_NEAR(operation(all, "ping").latency.sum_seconds, 0.004, 1e-9);
  EXPECT_EQ(operation(all, "set_active").latency.count, 1u);
  EXPECT_EQ(operation(all, "add_repositories").latency.count, 1u);
}

TEST(MeasuredStoreTest, counts_the_failures_of_the_store_and_not_the_mistakes_of_its_caller) {
  sim::MemoryStore memory;
  CallTimes times(ticking());
  const auto store = measured(memory, times);
  memory.fail_next(1);
  EXPECT_FALSE(store->ping());
  EXPECT_FALSE(store->set_active(RepoId{77}, true));
  const auto all = times.operations();
  EXPECT_EQ(operation(all, "ping").failures, 1u);
  EXPECT_EQ(operation(all, "set_active").failures, 0u);
}

}  // namespace
}  // namespace repopulse::store
