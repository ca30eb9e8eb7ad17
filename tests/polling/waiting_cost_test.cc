#include "polling/waiting_cost.h"

#include <gtest/gtest.h>

#include <cmath>

namespace repopulse::polling {
namespace {

constexpr double kPrice = 1e-3;

forecast::Outlook constant(double rate) {
  forecast::Outlook outlook;
  outlook.fill(rate);
  return outlook;
}

TEST(WaitingCost, asks_at_the_best_fixed_interval_where_the_rate_is_constant) {
  for (const double rate : {1e-5, 1e-3, 0.1}) {
    EXPECT_NEAR(due_after(constant(rate), nullptr, kPrice), std::sqrt(2 / (kPrice * rate)), 1) << rate << " a second";
  }
}

TEST(WaitingCost, asks_again_within_a_week_where_nothing_is_expected) {
  EXPECT_EQ(due_after(constant(0), nullptr, kPrice), forecast::Horizon::edges().back());
}

TEST(WaitingCost, learns_nothing_from_a_silence_that_changes_nothing) {
  const forecast::Outlook outlook = constant(1e-3);
  EXPECT_NEAR(due_after(outlook, &outlook, kPrice), due_after(outlook, nullptr, kPrice), 1);
}

TEST(WaitingCost, asks_earlier_the_more_a_silence_would_tell) {
  const forecast::Outlook outlook = constant(1e-3), little = constant(7e-4), much = constant(2e-4);
  const double blind = due_after(outlook, nullptr, kPrice);
  EXPECT_LT(due_after(outlook, &little, kPrice), blind);
  EXPECT_LT(due_after(outlook, &much, kPrice), due_after(outlook, &little, kPrice));
}

}  // namespace
}  // namespace repopulse::polling
