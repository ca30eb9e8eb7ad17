#include "core/duration_histogram.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <vector>

namespace repopulse::core {
namespace {

using namespace std::chrono_literals;

constexpr std::array<DurationHistogram::Duration, 2> kBounds = {1ms, 1s};

TEST(DurationHistogramTest, a_bound_belongs_to_its_bucket_and_what_is_longer_than_all_is_counted_too) {
  DurationHistogram histogram(kBounds);
  for (const auto duration : std::initializer_list<DurationHistogram::Duration>{0s, 1ms, 1ms + 1ns, 1s, 3600s}) {
    histogram.add(duration);
  }
  const auto view = histogram.view();
  EXPECT_EQ(view.counts, (std::vector<std::uint64_t>{2, 2, 1}));
  EXPECT_EQ(view.count, 5u);
  EXPECT_NEAR(view.sum_seconds, 3601.002, 1e-6);
}

TEST(DurationHistogramTest, loses_nothing_when_many_threads_add_at_once) {
  DurationHistogram histogram(kBounds);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) histogram.add(1ms);
    });
  }
  threads.clear();
  EXPECT_EQ(histogram.view().count, 40'000u);
  EXPECT_NEAR(histogram.view().sum_seconds, 40, 1e-6);
}

}  // namespace
}  // namespace repopulse::core
