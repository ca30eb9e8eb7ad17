#include "polling/price_of_waiting.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;

constexpr double kRate = 1e-3;  // events per second
const double kRoot = std::sqrt(kRate);

// Lets events wait `scale` / √price seconds for `days` days, which is 1 / √2 for one feed of constant rate. Returns
// what the events of the last day waited.
double live(PriceOfWaiting& price, core::Timestamp& now, double scale, int days) {
  double waited = 0;
  for (int hour = 0; hour < 24 * days; ++hour, now += 1h) {
    waited = scale / std::sqrt(kRate * price.value(kRate, kRoot));
    price.learn({kRate * 3600, kRate * 3600 * waited}, now);
  }
  return waited;
}

TEST(PriceOfWaiting, meets_the_freshness_whatever_a_price_brings_in_waiting) {
  for (const double scale : {0.3, 0.7, 1.5}) {
    PriceOfWaiting price(15min);
    core::Timestamp now = core::timestamp_from_unix_millis(1'500'000'000'000);
    EXPECT_NEAR(live(price, now, scale, 14), 900, 60) << "where events wait " << scale << "/sqrt(rate * price) seconds";
  }
}

TEST(PriceOfWaiting, meets_another_freshness_with_what_it_has_learned) {
  PriceOfWaiting price(15min);
  core::Timestamp now = core::timestamp_from_unix_millis(1'500'000'000'000);
  live(price, now, 1.5, 14);
  price.set_freshness(1min);
  EXPECT_NEAR(live(price, now, 1.5, 1), 60, 4);
}

TEST(PriceOfWaiting, follows_a_change_of_habits_within_a_month) {
  PriceOfWaiting price(15min);
  core::Timestamp now = core::timestamp_from_unix_millis(1'500'000'000'000);
  live(price, now, 0.5, 60);
  EXPECT_NEAR(live(price, now, 1, 30), 900, 90);
}

// Half of the events come of polls that a bound decided, after `bounded` seconds; the others wait 1 / √(2 × price).
// Returns what those waited in the end.
double live_beside(double bounded) {
  PriceOfWaiting price(15min);
  core::Timestamp now = core::timestamp_from_unix_millis(1'500'000'000'000);
  double waited = 0;
  for (int hour = 0; hour < 24 * 40; ++hour, now += 1h) {
    waited = 1 / std::sqrt(2 * kRate * price.value(kRate, kRoot));
    price.learn({kRate * 1800, kRate * 1800 * waited}, now);
    price.learn({kRate * 1800, kRate * 1800 * bounded, false}, now);
  }
  return waited;
}

TEST(PriceOfWaiting, makes_good_what_bounds_take_and_give) {
  EXPECT_NEAR(live_beside(600), 1'200, 60);
  EXPECT_NEAR(live_beside(1'100), 700, 35);
}

TEST(PriceOfWaiting, leaves_no_feed_alone_for_the_sake_of_one_that_is_read_often) {
  EXPECT_NEAR(live_beside(1), 1'800, 90);
  EXPECT_NEAR(live_beside(20'000), 450, 23);
}

TEST(PriceOfWaiting, is_what_it_was_after_a_restart) {
  PriceOfWaiting price(5min), restored(5min);
  core::Timestamp now = core::timestamp_from_unix_millis(1'500'000'000'000);
  live(price, now, 0.4, 5);
  restored.restore(price.save());
  EXPECT_EQ(restored.value(kRate, kRoot), price.value(kRate, kRoot));
}

TEST(PriceOfWaiting, ignores_state_that_cannot_be) {
  for (const std::string saved :
       {"", "1 2 3", "-1 2 3 4 5", "1 2 -3 4 5", "1 2 3 4 5 6", "a b c d e", "1 2 3 4 1e20"}) {
    PriceOfWaiting price(5min);
    const double before = price.value(kRate, kRoot);
    price.restore(saved);
    EXPECT_EQ(price.value(kRate, kRoot), before) << "restored from '" << saved << "'";
  }
}

TEST(PriceOfWaiting, stays_finite_where_no_price_brings_what_is_asked_for) {
  PriceOfWaiting price(1s);
  core::Timestamp now = core::timestamp_from_unix_millis(1'500'000'000'000);
  for (int hour = 0; hour < 24 * 365; ++hour, now += 1h) price.learn({10, 300}, now);
  EXPECT_TRUE(std::isfinite(price.value(kRate, kRoot))) << price.save();
}

}  // namespace
}  // namespace repopulse::polling
