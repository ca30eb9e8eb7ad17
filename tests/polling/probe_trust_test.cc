#include "polling/probe_trust.h"

#include <gtest/gtest.h>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'700'000'000)};

ProbeTrust restarted(const ProbeTrust& trust) {
  ProbeTrust again;
  again.restore(trust.save());
  return again;
}

TEST(ProbeTrust, is_proven_by_some_events_that_were_told_of_before_they_were_read) {
  ProbeTrust trust;
  EXPECT_TRUE(trust.believed(kStart));
  EXPECT_FALSE(trust.proven());
  (void)trust.read(2, 0);
  EXPECT_FALSE(trust.proven());
  (void)restarted(trust).read(2, 0);
  (void)trust.read(9, 0);
  EXPECT_TRUE(trust.proven());
  EXPECT_TRUE(restarted(trust).proven());
}

TEST(ProbeTrust, an_event_that_was_not_told_of_makes_the_proof_begin_anew_and_many_refute) {
  ProbeTrust trust;
  (void)trust.read(4, 0);
  EXPECT_FALSE(trust.read(0, 1));
  (void)trust.read(4, 0);
  EXPECT_FALSE(trust.proven());
  ProbeTrust wrong;
  int reads = 0;
  while (!wrong.read(0, 1)) ASSERT_LT(++reads, 100);
  EXPECT_FALSE(wrong.proven());
}

TEST(ProbeTrust, a_few_misses_of_a_proven_one_say_nothing_of_it_as_a_whole) {
  ProbeTrust trust;
  (void)trust.read(10, 0);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(trust.read(1, 1));
  EXPECT_TRUE(trust.proven());
}

TEST(ProbeTrust, distrust_lasts_a_day_and_longer_each_time_in_a_row_and_what_was_proven_is_forgotten) {
  ProbeTrust trust;
  Timestamp now = kStart;
  Millis before = 0ms;
  for (int time = 0; time < 8; ++time) {
    (void)trust.read(10, 0);
    trust.distrust(now);
    EXPECT_FALSE(trust.proven());
    trust = restarted(trust);
    Millis lasts = 0ms;
    while (!trust.believed(now + lasts)) lasts += 1h;
    EXPECT_GE(lasts, std::max<Millis>(24h, before));
    EXPECT_LE(lasts, std::chrono::days(14));
    before = lasts;
    now += lasts;
  }
  EXPECT_EQ(before, std::chrono::days(14));
  now += std::chrono::days(30);
  trust.distrust(now);
  EXPECT_TRUE(trust.believed(now + 24h)) << "long ago is not in a row";
}

TEST(ProbeTrust, distrust_moves_with_a_clock_that_steps_back) {
  ProbeTrust trust;
  trust.distrust(kStart);
  trust.clock_went_back(std::chrono::days(30));
  EXPECT_FALSE(trust.believed(kStart - std::chrono::days(30) + 23h));
  EXPECT_TRUE(trust.believed(kStart - std::chrono::days(30) + 24h));
  trust.distrust(kStart + std::chrono::days(300));
  EXPECT_TRUE(trust.believed(kStart)) << "no distrust lasts so long: the clock was wrong";
}

}  // namespace
}  // namespace repopulse::polling
