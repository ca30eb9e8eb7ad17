#include "store/gaps.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace repopulse::store {
namespace {

core::Gap gap(int from, int to) {
  return {core::event_time_from_unix(from), core::event_time_from_unix(to)};
}

TEST(Gaps, AreMergedWhereTheyOverlapOrTouch) {
  EXPECT_EQ(merge_gaps({gap(50, 60), gap(10, 20), gap(20, 30), gap(55, 58), gap(31, 40)}),
            (std::vector{gap(10, 30), gap(31, 40), gap(50, 60)}));
  EXPECT_TRUE(merge_gaps({}).empty());
}

TEST(Gaps, AreLeftWhereNothingCoversThem) {
  const std::vector<core::Gap> gaps = {gap(100, 200), gap(300, 400)};
  EXPECT_EQ(uncovered(gaps, {}), gaps);
  EXPECT_TRUE(uncovered(gaps, std::vector{gap(0, 1000)}).empty());
  EXPECT_TRUE(uncovered(gaps, std::vector{gap(300, 400), gap(150, 200), gap(100, 150)}).empty());
  EXPECT_EQ(uncovered(gaps, std::vector{gap(150, 310), gap(120, 130)}),
            (std::vector{gap(100, 120), gap(130, 150), gap(310, 400)}));
  EXPECT_EQ(uncovered(gaps, std::vector{gap(0, 100), gap(200, 300), gap(400, 500)}), gaps);
}

TEST(Gaps, WithinOneSecondAreLeftUnlessThatSecondIsCovered) {
  const std::vector<core::Gap> gaps = {gap(100, 100)};
  EXPECT_EQ(uncovered(gaps, {}), gaps);
  EXPECT_EQ(uncovered(gaps, std::vector{gap(0, 100), gap(101, 200)}), gaps);
  EXPECT_TRUE(uncovered(gaps, std::vector{gap(100, 101)}).empty());
}

TEST(Gaps, ThatEndBeforeTheyBeginAreBadInput) {
  EXPECT_TRUE(check_gap(gap(5, 5)));
  const core::Status status = check_gap(gap(5, 4));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, core::ErrorKind::kBadInput);
}

RC_GTEST_PROP(Gaps, MergedCoverTheSameTimeAndAreApart,
              (const std::vector<std::pair<std::uint8_t, std::uint8_t>>& spans)) {
  std::vector<core::Gap> gaps;
  std::set<int> covered;
  for (const auto& [from, length] : spans) {
    gaps.push_back(gap(from, from + length % 16));
    for (int second = from; second <= from + length % 16; ++second) covered.insert(second);
  }
  const std::vector<core::Gap> merged = merge_gaps(gaps);
  std::set<int> covered_by_merged;
  for (std::size_t i = 0; i < merged.size(); ++i) {
    if (i > 0) RC_ASSERT(merged[i - 1].to < merged[i].from);
    for (auto second = merged[i].from; second <= merged[i].to; second += core::Seconds(1)) {
      covered_by_merged.insert(static_cast<int>(core::unix_seconds(second)));
    }
  }
  RC_ASSERT(covered == covered_by_merged);
}

}  // namespace
}  // namespace repopulse::store
