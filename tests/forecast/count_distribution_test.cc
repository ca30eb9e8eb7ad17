#include "forecast/count_distribution.h"

#include <gtest/gtest.h>

namespace repopulse::forecast {
namespace {

// The numbers are scipy's poisson.ppf and nbinom.ppf.
TEST(CountDistribution, agrees_with_poisson) {
  EXPECT_EQ((CountDistribution{10, 1}.quantile(0.05)), 5);
  EXPECT_EQ((CountDistribution{10, 1}.quantile(0.95)), 15);
  EXPECT_EQ((CountDistribution{0.05, 1}.quantile(0.95)), 0);
}

TEST(CountDistribution, agrees_with_the_negative_binomial) {
  EXPECT_EQ((CountDistribution{10, 5}.quantile(0.05)), 1);
  EXPECT_EQ((CountDistribution{10, 5}.quantile(0.95)), 24);
  EXPECT_EQ((CountDistribution{0.5, 3}.quantile(0.95)), 3);
}

TEST(CountDistribution, survives_the_far_ends) {
  EXPECT_EQ((CountDistribution{0, 1}.quantile(0.95)), 0);
  const auto median = CountDistribution{5000, 1}.quantile(0.5);
  EXPECT_NEAR(static_cast<double>(median), 5000, 2);
}

}  // namespace
}  // namespace repopulse::forecast
