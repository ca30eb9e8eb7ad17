#include "polling/backoff.h"

#include <gtest/gtest.h>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;

TEST(Backoff, doubles_up_to_its_bound) {
  EXPECT_EQ(exponential(5s, 1, 1h), 5s);
  EXPECT_EQ(exponential(5s, 2, 1h), 10s);
  EXPECT_EQ(exponential(5s, 100, 1h), 1h);
}

TEST(Backoff, stays_within_a_quarter_of_the_plan_and_is_reproducible) {
  for (int n = 1; n < 12; ++n) {
    const auto plan = exponential(5s, n, 30min);
    const auto rest = rest_after(AnswerKind::kServerError, n, "repos/o/r", 7);
    EXPECT_GE(rest, plan * 3 / 4);
    EXPECT_LE(rest, plan * 5 / 4);
    EXPECT_EQ(rest, rest_after(AnswerKind::kServerError, n, "repos/o/r", 7));
  }
  EXPECT_NE(rest_after(AnswerKind::kServerError, 3, "repos/o/r", 7),
            rest_after(AnswerKind::kServerError, 3, "repos/o/s", 7));
}

TEST(Backoff, asks_a_repository_that_is_gone_rarely_but_not_never) {
  EXPECT_GE(rest_after(AnswerKind::kNotFound, 1, "repos/o/r", 1), 7min);
  EXPECT_LE(rest_after(AnswerKind::kNotFound, 1000, "repos/o/r", 1), 30h);
}

}  // namespace
}  // namespace repopulse::polling
