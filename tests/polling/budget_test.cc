#include "polling/budget.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using core::AnswerKind;
using core::Timestamp;

constexpr Timestamp kNow{std::chrono::seconds(1'700'000'000)};

Answer answer(AnswerKind kind) {
  Answer out;
  out.kind = kind;
  return out;
}

Answer to_wait(core::Millis retry_after) {
  Answer out = answer(AnswerKind::kSecondaryLimit);
  out.retry_after = retry_after;
  return out;
}

Answer with_limit(AnswerKind kind, std::int64_t limit, std::int64_t remaining, std::chrono::seconds reset_in,
                  std::chrono::seconds skew = 0s) {
  Answer out = answer(kind);
  const auto github_now = core::to_event_time(kNow) + skew;
  out.date = github_now;
  out.rate_limit = core::RateLimit{limit, remaining, limit - remaining, github_now + reset_in, "core"};
  return out;
}

TEST(Budget, lets_everything_pass_while_nothing_is_known) {
  EXPECT_EQ(Budget(true).earliest(kNow), kNow);
}

TEST(Budget, waits_for_the_reset_of_the_primary_limit_by_githubs_own_clock) {
  for (const auto skew : {0s, 3600s, -86'400s}) {
    Budget budget(true);
    budget.absorb(with_limit(AnswerKind::kPrimaryLimit, 5000, 0, 600s, skew), kNow);
    EXPECT_EQ(budget.earliest(kNow), kNow + 601s) << "skew " << skew.count();
    EXPECT_EQ(budget.earliest(kNow + 601s), kNow + 601s);
    EXPECT_TRUE(budget.view(kNow).blocked_until);
  }
}

TEST(Budget, obeys_retry_after_on_the_secondary_limit) {
  Budget budget(true);
  budget.absorb(to_wait(120s), kNow);
  EXPECT_EQ(budget.earliest(kNow), kNow + 120s);
}

TEST(Budget, waits_a_minute_and_then_ever_longer_on_a_secondary_limit_that_does_not_say_how_long) {
  Budget budget(true);
  Timestamp now = kNow;
  for (const auto expected : {60s, 120s, 240s}) {
    budget.absorb(answer(AnswerKind::kSecondaryLimit), now);
    EXPECT_EQ(budget.earliest(now), now + expected);
    now += expected;
  }
  budget.absorb(answer(AnswerKind::kEvents), now);
  EXPECT_EQ(budget.earliest(now), now);
  budget.absorb(answer(AnswerKind::kSecondaryLimit), now + 30s);
  EXPECT_EQ(budget.earliest(now + 30s), now + 30s + 480s) << "one good answer in between is no end";
  now += 510s;
  budget.absorb(answer(AnswerKind::kEvents), now);
  budget.absorb(answer(AnswerKind::kEvents), now + 480s);
  budget.absorb(answer(AnswerKind::kSecondaryLimit), now + 481s);
  EXPECT_EQ(budget.earliest(now + 481s), now + 541s) << "good answers for as long as the wait start the count anew";
}

TEST(Budget, never_takes_a_limit_for_at_once) {
  Answer at_once = answer(AnswerKind::kSecondaryLimit);
  at_once.retry_after = 0s;
  for (const Answer& limit :
       {at_once, answer(AnswerKind::kPrimaryLimit), with_limit(AnswerKind::kPrimaryLimit, 5000, 0, 0s),
        with_limit(AnswerKind::kPrimaryLimit, 5000, 0, -100s), with_limit(AnswerKind::kSecondaryLimit, 60, 5, -1s)}) {
    Budget budget(true);
    Timestamp now = kNow;
    for (const auto expected : {60s, 120s, 240s}) {
      budget.absorb(limit, now);
      EXPECT_EQ(*budget.view(now).blocked_until, now + expected);
      now += expected;
    }
    for (int i = 0; i < 10; ++i) {
      budget.absorb(limit, now);
      now = budget.earliest(now);
    }
    budget.absorb(limit, now);
    EXPECT_EQ(budget.earliest(now), now + 1h) << "the longest";
  }
}

TEST(Budget, does_not_trust_a_wait_that_was_too_short) {
  Budget budget(true);
  budget.absorb(to_wait(2s), kNow);
  EXPECT_EQ(budget.earliest(kNow), kNow + 2s);
  budget.absorb(to_wait(2s), kNow + 2s);
  EXPECT_EQ(budget.earliest(kNow), kNow + 122s);
  budget.absorb(to_wait(100min), kNow + 122s);
  EXPECT_EQ(budget.earliest(kNow), kNow + 122s + 100min) << "never shorter than told";
}

TEST(Budget, without_headers_does_not_wait_for_the_reset_of_an_earlier_answer) {
  Budget budget(true);
  budget.absorb(with_limit(AnswerKind::kEvents, 5000, 4000, 3000s), kNow);
  budget.absorb(answer(AnswerKind::kPrimaryLimit), kNow + 10s);
  EXPECT_EQ(budget.earliest(kNow + 10s), kNow + 70s);
}

TEST(Budget, stops_at_the_reserve) {
  Budget budget(true);
  budget.absorb(with_limit(AnswerKind::kEvents, 5000, 500, 1800s), kNow);
  EXPECT_EQ(budget.view(kNow).reserve, 500);
  EXPECT_EQ(budget.earliest(kNow), kNow + 1801s);
  EXPECT_FALSE(budget.view(kNow).reason.empty());
}

TEST(Budget, lets_a_first_contact_burst_and_paces_what_comes_after) {
  Budget budget(false);
  budget.absorb(with_limit(AnswerKind::kEvents, 60, 50, 3599s), kNow);
  EXPECT_EQ(budget.earliest(kNow), kNow);
  budget.absorb(with_limit(AnswerKind::kEvents, 60, 16, 2999s), kNow);
  EXPECT_EQ(budget.earliest(kNow), kNow + 300s) << "ten requests above the reserve for 3,000 s";
}

TEST(Budget, lets_a_walk_go_on_down_to_the_reserve) {
  Budget budget(false);
  budget.absorb(with_limit(AnswerKind::kEvents, 60, 7, 2999s), kNow);
  EXPECT_EQ(budget.earliest(kNow, true), kNow);
  budget.absorb(with_limit(AnswerKind::kEvents, 60, 6, 2999s), kNow);
  EXPECT_EQ(budget.earliest(kNow, true), kNow + 3000s);
}

TEST(Budget, forgets_a_limit_whose_reset_has_passed) {
  Budget budget(false);
  budget.absorb(with_limit(AnswerKind::kEvents, 60, 0, 60s), kNow);
  EXPECT_EQ(budget.earliest(kNow), kNow + 61s);
  EXPECT_EQ(budget.earliest(kNow + 62s), kNow + 62s);
  EXPECT_EQ(budget.view(kNow + 62s).remaining, 60);
}

TEST(Budget, asks_rarely_while_the_token_is_refused) {
  Budget budget(true);
  budget.absorb(answer(AnswerKind::kUnauthorized), kNow);
  EXPECT_TRUE(budget.view(kNow).bad_token);
  EXPECT_EQ(budget.earliest(kNow), kNow + 60s);
  budget.absorb(answer(AnswerKind::kUnauthorized), kNow + 60s);
  EXPECT_EQ(budget.earliest(kNow + 60s), kNow + 180s);
  budget.absorb(answer(AnswerKind::kNotModified), kNow + 180s);
  EXPECT_FALSE(budget.view(kNow + 180s).bad_token);
}

TEST(Budget, tries_another_token_at_once) {
  Budget budget(true);
  budget.absorb(answer(AnswerKind::kUnauthorized), kNow);
  budget.renew_token();
  EXPECT_FALSE(budget.view(kNow).bad_token);
  EXPECT_EQ(budget.earliest(kNow), kNow);
}

TEST(Budget, keeps_a_limit_under_another_token) {
  Budget budget(true);
  budget.absorb(answer(AnswerKind::kSecondaryLimit), kNow);
  budget.renew_token();
  EXPECT_EQ(budget.earliest(kNow), kNow + 60s);
}

TEST(Budget, ignores_limits_of_other_resources) {
  Budget budget(true);
  Answer search = with_limit(AnswerKind::kEvents, 10, 0, 60s);
  search.rate_limit->resource = "search";
  budget.absorb(search, kNow);
  EXPECT_EQ(budget.earliest(kNow), kNow);
}

TEST(Budget, charges_a_304_only_without_a_token) {
  EXPECT_FALSE(Budget(true).charged(AnswerKind::kNotModified));
  EXPECT_TRUE(Budget(false).charged(AnswerKind::kNotModified));
  EXPECT_TRUE(Budget(true).charged(AnswerKind::kEvents));
  EXPECT_FALSE(Budget(true).charged(AnswerKind::kNoAnswer));
}

TEST(Budget, survives_a_restart) {
  Budget before(false);
  before.absorb(with_limit(AnswerKind::kSecondaryLimit, 60, 20, 1000s), kNow);
  Budget after(false);
  after.restore(before.save());
  for (const auto later : {0s, 30s, 60s, 500s, 2000s}) {
    EXPECT_EQ(after.earliest(kNow + later), before.earliest(kNow + later));
    EXPECT_EQ(after.view(kNow + later).reason, before.view(kNow + later).reason);
  }
  Budget damaged(false);
  damaged.restore("60 x");
  EXPECT_EQ(damaged.earliest(kNow), kNow);
}

TEST(Budget, saved_text_that_cannot_be_makes_nobody_wait) {
  const std::string now = std::to_string(core::unix_millis(kNow));
  const std::string ages = "175000006000000";  // the year 7515
  for (const std::string& saved :
       std::vector<std::string>{"5000 0 " + ages + " - " + now + " 0 0 ", "5000 9 - " + ages + " " + now + " 2 0 limit",
                                "5000 0 " + ages + " - - 0 0 ", "5000 -7 - - " + now + " 0 0 ",
                                "5000 0 9223372036854775807 - 9223372036854775807 0 0 ",
                                "5000 0 -9223372036854775808 -9223372036854775808 -9223372036854775808 0 0 "}) {
    Budget budget(true);
    budget.restore(saved);
    EXPECT_EQ(budget.earliest(kNow), kNow) << saved;
    EXPECT_EQ(budget.seen_ahead(kNow), 0ms) << saved;
    EXPECT_EQ(budget.save(), Budget(true).save()) << saved;
  }
}

}  // namespace
}  // namespace repopulse::polling
