#include "core/clock_skew.h"

#include <gtest/gtest.h>

namespace repopulse::core {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kNow{1'750'000'000s};
constexpr Millis kTenDays = std::chrono::days(10);

class ClockSkewTest : public testing::Test {
 protected:
  // An answer that took `latency`, of a GitHub whose clock is `ahead` behind ours. It dates the answer in the middle.
  void answer(Millis ahead, Millis latency = 400ms) {
    clock_.take(now_, now_ + latency, to_event_time(now_ + latency / 2 - ahead));
    now_ += 60s;
  }

  // When the last answer came.
  Timestamp answered(Millis latency = 400ms) const { return now_ - 60s + latency; }

  ClockSkew clock_;
  Timestamp now_ = kNow;
};

TEST_F(ClockSkewTest, is_not_known_before_an_answer) {
  EXPECT_EQ(clock_.skew(), std::nullopt);
  EXPECT_EQ(clock_.corrected(now_), now_);
  EXPECT_EQ(clock_.confirmed(now_), std::nullopt);
}

TEST_F(ClockSkewTest, is_zero_where_the_latency_and_the_second_explain_the_difference) {
  for (int i = 0; i < 40; ++i) {
    now_ += 137ms;
    answer(0ms, Millis(i * 500));
    EXPECT_EQ(clock_.skew(), 0ms) << i;
  }
}

TEST_F(ClockSkewTest, is_measured_to_a_second_either_way) {
  for (const Millis ahead : {kTenDays, -kTenDays, Millis(5s), Millis(-5s), Millis(10min)}) {
    clock_ = {};
    answer(ahead);
    ASSERT_TRUE(clock_.skew());
    EXPECT_LE(std::chrono::abs(*clock_.skew() - ahead), 1500ms) << ahead.count();
    EXPECT_LE(std::chrono::abs(*clock_.skew()), std::chrono::abs(ahead)) << "more than is certain";
  }
}

TEST_F(ClockSkewTest, one_odd_answer_changes_nothing) {
  answer(0ms);
  answer(kTenDays);
  EXPECT_EQ(clock_.skew(), 0ms);
  for (int i = 0; i < 6; ++i) answer(0ms);
  answer(-kTenDays);
  answer(kTenDays);
  EXPECT_EQ(clock_.skew(), 0ms);
}

TEST_F(ClockSkewTest, a_wrong_clock_stays_wrong_after_one_odd_answer) {
  for (int i = 0; i < 4; ++i) answer(kTenDays);
  answer(0ms);
  EXPECT_GT(clock_.skew(), kTenDays - 2s);
}

TEST_F(ClockSkewTest, an_answer_that_took_too_long_tells_nothing) {
  answer(kTenDays, 3min);
  EXPECT_EQ(clock_.skew(), std::nullopt);
  clock_.take(now_, now_ - 1h, to_event_time(now_));
  EXPECT_EQ(clock_.skew(), std::nullopt) << "the clock went back while GitHub was asked";
}

TEST_F(ClockSkewTest, corrects_only_a_clock_that_is_wrong_by_more_than_the_tolerance) {
  EXPECT_EQ(corrected(std::nullopt, kNow), kNow);
  EXPECT_EQ(corrected(Millis(2min), kNow), kNow);
  EXPECT_EQ(corrected(Millis(-2min), kNow), kNow);
  EXPECT_EQ(corrected(kTenDays, kNow), kNow - kTenDays);
  EXPECT_EQ(corrected(-kTenDays, kNow), kNow + kTenDays);
}

TEST_F(ClockSkewTest, confirms_the_time_of_the_last_answer_by_the_earlier_of_both_clocks_for_an_hour) {
  answer(0ms);
  EXPECT_EQ(clock_.confirmed(now_), answered()) << "nobody confirms what came after";
  EXPECT_EQ(clock_.confirmed(kNow + 1h), answered());
  EXPECT_EQ(clock_.confirmed(kNow + 1h + 1s), std::nullopt);
  EXPECT_EQ(clock_.confirmed(kNow - 3min), std::nullopt) << "the clock went back";
  answer(kTenDays);
  EXPECT_LT(clock_.confirmed(now_), now_ - kTenDays + 2s) << "the most careful of the last answers";
  clock_ = {};
  answer(-kTenDays);
  EXPECT_EQ(clock_.confirmed(now_), answered()) << "GitHub's clock is ahead";
}

TEST_F(ClockSkewTest, forgets_what_was_measured_when_the_clock_jumps) {
  for (const Millis jump : {kTenDays, -kTenDays, Millis(11min), Millis(-3min)}) {
    clock_ = {};
    EXPECT_FALSE(clock_.see(now_));
    answer(0ms);
    EXPECT_FALSE(clock_.see(now_));
    now_ += 5min;
    EXPECT_FALSE(clock_.see(now_));
    EXPECT_FALSE(clock_.see(now_ - 1s));
    now_ += jump;
    EXPECT_TRUE(clock_.see(now_)) << jump.count();
    EXPECT_EQ(clock_.skew(), std::nullopt);
    EXPECT_EQ(clock_.confirmed(now_), std::nullopt);
    answer(0ms);
    EXPECT_EQ(clock_.confirmed(now_), answered());
  }
}

}  // namespace
}  // namespace repopulse::core
