#include "polling/time_shares.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::Millis;
using core::Timestamp;

const std::string kStalled = "repos/a/stalled";
const std::string kHealthy = "repos/b/healthy";

class TimeSharesTest : public testing::Test {
 protected:
  // A poll of one request. Where it stalls, it takes all the time that it is given, else `took`.
  Millis poll(const std::string& feed, AnswerKind kind, Millis took = 100ms) {
    const Millis limit = shares_.ask(feed, true, now_);
    core::Answer answer;
    answer.kind = kind;
    answer.took = kind == AnswerKind::kNoAnswer ? limit : took;
    now_ += answer.took;
    moved_ = shares_.take(feed, answer, true, now_);
    return limit;
  }
  Millis stall(const std::string& feed = kStalled) { return poll(feed, AnswerKind::kNoAnswer); }
  void answered(const std::string& feed = kHealthy) { poll(feed, AnswerKind::kNotModified); }
  Millis rest(const std::string& feed = kStalled) const {
    return std::max<Millis>(0ms, std::max(shares_.earliest(feed), now_) - now_);
  }

  Timestamp now_{1'700'000'000s};
  TimeShares shares_;
  std::vector<std::string> moved_;
};

TEST_F(TimeSharesTest, a_feed_that_stalls_gets_less_and_less_time_while_others_are_answered) {
  for (const Millis limit : {30s, 10s, 5s, 5s}) {
    answered();
    EXPECT_EQ(stall(), limit);
    now_ += 5min;
  }
  answered();
  EXPECT_EQ(shares_.ask(kHealthy, true, now_), 30s) << "that concerns the one feed alone";
}

TEST_F(TimeSharesTest, one_time_out_may_be_chance_and_the_next_ones_are_paid_with_rest) {
  answered();
  stall();
  answered();
  EXPECT_LE(rest(), 90s) << "its usual back-off decides, and what all stalled feeds may take";
  now_ += 90s;
  stall();
  EXPECT_EQ(rest(), 30s) << "whose fault it is comes out with the next answer";
  answered();
  EXPECT_EQ(moved_, std::vector{kStalled});
  EXPECT_EQ(rest(), 19 * 10s - 100ms);
}

TEST_F(TimeSharesTest, a_good_poll_gives_the_time_back_but_not_the_chance) {
  answered();
  stall();
  answered();
  stall();
  answered();
  now_ += 10min;
  answered(kStalled);
  EXPECT_EQ(stall(), 30s);
  answered();
  EXPECT_GT(rest(), 19 * 30s - 1s) << "a feed that stalls in turns would take half of the time";
}

TEST_F(TimeSharesTest, once_an_hour_it_is_given_all_the_time) {
  int patient = 0;
  for (const Timestamp end = now_ + 10h; now_ < end;) {
    answered();
    if (rest() == 0ms && stall() == 60s) ++patient;
    now_ += 1min;
  }
  EXPECT_GE(patient, 8);
  EXPECT_LE(patient, 10);
}

TEST_F(TimeSharesTest, any_slow_failure_counts_but_no_quick_one) {
  for (const AnswerKind kind : {AnswerKind::kServerError, AnswerKind::kBadAnswer}) {
    shares_ = TimeShares();
    for (int i = 0; i < 3; ++i) {
      answered();
      poll(kStalled, kind, 4s);
    }
    answered();
    EXPECT_EQ(rest(), 19 * 4s - 100ms) << to_string(kind);
    shares_.remove(kStalled);
    for (int i = 0; i < 3; ++i) {
      poll(kStalled, kind, 2s);
      answered();
    }
    EXPECT_EQ(rest(), 0ms) << to_string(kind);
    EXPECT_EQ(shares_.ask(kStalled, true, now_), 30s);
  }
}

TEST_F(TimeSharesTest, where_github_does_not_answer_at_all_no_feed_is_to_blame) {
  answered("repos/o/1");
  for (int round = 0; round < 5; ++round) {
    for (const char* feed : {"repos/o/1", "repos/o/2", "repos/o/3"}) {
      const Millis limit = stall(feed);
      EXPECT_EQ(limit, round == 0 ? 30s : 60s) << "a slow network may need that";
      EXPECT_EQ(rest(feed), 0ms) << "the usual back-off is enough";
    }
  }
  answered("repos/o/2");
  for (const char* feed : {"repos/o/1", "repos/o/2", "repos/o/3"}) EXPECT_LE(rest(feed), 3min) << feed;
  EXPECT_EQ(shares_.ask("repos/o/2", true, now_), 30s);
}

TEST_F(TimeSharesTest, a_feed_that_is_alone_holds_nobody_up) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(stall(), i == 0 ? 30s : 60s);
    EXPECT_EQ(rest(), 0ms);
  }
  poll(kStalled, AnswerKind::kEvents, 25s);
  EXPECT_EQ(rest(), 0ms);
}

TEST_F(TimeSharesTest, a_feed_that_is_slow_but_good_takes_a_quarter_of_the_time) {
  answered();
  poll(kStalled, AnswerKind::kEvents, 20s);
  EXPECT_EQ(rest(), 60s);
  EXPECT_EQ(moved_, std::vector{kStalled});
  EXPECT_EQ(shares_.ask(kStalled, true, now_), 30s) << "what is slow and good is read in the end";
}

TEST_F(TimeSharesTest, rests_last_as_long_when_the_clock_goes_back) {
  for (int i = 0; i < 3; ++i) {
    answered();
    stall();
  }
  answered();
  const Millis before = rest();
  ASSERT_GT(before, 1min);
  now_ -= 48h;
  shares_.clock_went_back(48h);
  EXPECT_EQ(rest(), before);
}

// However many stall: once each is known to, all together take a quarter, and one alone a twentieth.
TEST_F(TimeSharesTest, the_shares_are_bounded) {
  for (const int feeds : {1, 3, 40}) {
    shares_ = TimeShares();
    const Timestamp start = now_;
    std::map<std::string, int> asked;
    Millis spent{0};
    while (now_ < start + 30h) {
      const bool counts = now_ >= start + 6h;
      for (int i = 0; i < feeds; ++i) {
        const std::string feed = "repos/o/" + std::to_string(i);
        if (rest(feed) > 0ms) continue;
        const Millis took = stall(feed);
        ++asked[feed];
        if (counts) spent += took;
      }
      answered();
      now_ += 1s;
    }
    const double share = static_cast<double>(spent.count()) / static_cast<double>(Millis(24h).count());
    EXPECT_LE(share, feeds == 1 ? 0.051 : 0.26) << feeds;
    EXPECT_EQ(asked.size(), static_cast<std::size_t>(feeds));
  }
}

}  // namespace
}  // namespace repopulse::polling
