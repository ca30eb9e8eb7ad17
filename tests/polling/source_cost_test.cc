#include "polling/source_cost.h"

#include <gtest/gtest.h>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr core::Timestamp kStart{std::chrono::seconds(1'700'000'000)};

TEST(SourceCost, goes_towards_what_polls_cost_with_the_own_reads_after_them) {
  SourceCost cost;
  for (int i = 0; i < 100; ++i) cost.charge(3, 2);
  EXPECT_NEAR(cost.mean(), 5, 0.01);
}

TEST(SourceCost, rests_longer_each_time_in_a_row_and_begins_anew_after_a_long_good_time) {
  SourceCost cost;
  const core::Timestamp first = cost.rest(kStart);
  EXPECT_EQ(first, kStart + days(3));
  const core::Timestamp second = cost.rest(first);
  EXPECT_EQ(second, first + days(6));
  EXPECT_EQ(cost.rest(second), second + days(12));
  EXPECT_EQ(cost.rest(second + days(13)), second + days(13) + days(14));
  EXPECT_EQ(cost.rest(kStart + days(200)), kStart + days(203));
}

TEST(SourceCost, gives_up_at_once_on_a_source_that_is_not_there_and_else_after_three_failures) {
  EXPECT_TRUE(gives_up(core::AnswerKind::kNotFound, 1));
  EXPECT_FALSE(gives_up(core::AnswerKind::kServerError, 2));
  EXPECT_TRUE(gives_up(core::AnswerKind::kServerError, 3));
}

}  // namespace
}  // namespace repopulse::polling
