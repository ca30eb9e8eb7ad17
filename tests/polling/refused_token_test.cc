// A poller whose token GitHub refuses, and which gets another one that sees the same.
#include <gtest/gtest.h>

#include <memory>
#include <variant>

#include "polling/fixed_policy.h"
#include "polling/poller.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::Timestamp;

class RefusedTokenTest : public testing::Test {
 protected:
  RefusedTokenTest() : poller_(std::make_unique<FixedPolicy>(PolicySettings{300s, {}}), {true, 1, 6h}) {
    core::FeedState state;
    state.feed = "repos/o/r";
    poller_.add(state, {}, now_);
  }

  // One poll, now.
  void poll(AnswerKind kind) {
    ASSERT_TRUE(std::holds_alternative<Ask>(poller_.next(now_))) << "nothing is due";
    core::Answer answer;
    answer.kind = kind;
    poller_.absorb(answer, {}, now_);
    poller_.confirm();
  }
  Timestamp due() {
    const Decision decision = poller_.next(now_);
    EXPECT_TRUE(std::holds_alternative<NothingDue>(decision)) << "something is due";
    return std::holds_alternative<NothingDue>(decision) ? std::get<NothingDue>(decision).until : now_;
  }

  Timestamp now_{std::chrono::seconds(1'700'000'000)};
  Poller poller_;
};

TEST_F(RefusedTokenTest, ends_the_wait_and_no_rest) {
  poll(AnswerKind::kUnauthorized);
  ASSERT_TRUE(poller_.budget().view(now_).bad_token);
  now_ += 30s;
  EXPECT_FALSE(poller_.wants_to_ask(now_));
  poller_.lift_refusal(now_);
  EXPECT_FALSE(poller_.budget().view(now_).bad_token);
  EXPECT_TRUE(poller_.wants_to_ask(now_));
  poll(AnswerKind::kNotFound);
  const Timestamp rests = due();
  EXPECT_GT(rests, now_ + 5min);
  poller_.lift_refusal(now_);
  EXPECT_EQ(due(), rests);
}

TEST_F(RefusedTokenTest, a_limit_that_another_request_met_holds_for_all) {
  core::Answer limit;
  limit.kind = AnswerKind::kSecondaryLimit;
  limit.retry_after = 10min;
  limit.rate_limit = core::RateLimit{.limit = 10, .remaining = 0, .used = 10, .reset = {}, .resource = "core"};
  poller_.heed_limit(limit, now_);
  EXPECT_EQ(due(), now_ + 10min);
  EXPECT_FALSE(poller_.budget().view(now_).limit) << "it is another quota's";
}

TEST_F(RefusedTokenTest, looking_whether_something_is_to_be_asked_changes_nothing) {
  EXPECT_TRUE(poller_.wants_to_ask(now_));
  EXPECT_TRUE(poller_.wants_to_ask(now_));
  poll(AnswerKind::kNotFound);
  const Timestamp next = due();
  now_ = next - 1ms;
  EXPECT_FALSE(poller_.wants_to_ask(now_));
  EXPECT_EQ(due(), next);
  now_ = next;
  EXPECT_TRUE(poller_.wants_to_ask(now_));
  poll(AnswerKind::kNotFound);
}

}  // namespace
}  // namespace repopulse::polling
