// A feed that is removed and added anew, without the state that it had.
#include <gtest/gtest.h>

#include "polling/fixed_policy.h"
#include "polling/poller.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;

constexpr core::Timestamp kNow{std::chrono::seconds(1'700'000'000)};

class AddedAnewTest : public testing::Test {
 protected:
  void add() {
    core::FeedState state;
    state.feed = "repos/o/r";
    poller_.add(state, {}, kNow);
  }
  void ask(AnswerKind kind, std::optional<core::Millis> poll_interval = {}) {
    ASSERT_TRUE(std::holds_alternative<Ask>(poller_.next(kNow))) << "it is asked at once";
    core::Answer answer;
    answer.kind = kind;
    answer.poll_interval = poll_interval;
    poller_.absorb(answer, {}, kNow);
    poller_.confirm();
  }
  core::Millis wait() { return std::get<NothingDue>(poller_.next(kNow)).until - kNow; }

  Poller poller_{std::make_unique<FixedPolicy>(PolicySettings{300s, {}}), {true, 1, 6h}};
};

TEST_F(AddedAnewTest, rests_after_trouble_no_shorter_than_the_floor_that_was_told_before) {
  add();
  ask(AnswerKind::kEvents, 90s);
  poller_.remove("repos/o/r", kNow);
  add();
  ask(AnswerKind::kNoAnswer);
  EXPECT_EQ(wait(), 90s);
}

TEST_F(AddedAnewTest, one_of_which_no_floor_is_known_is_asked_again_soon) {
  add();
  ask(AnswerKind::kNoAnswer);
  EXPECT_LT(wait(), 10s);
}

}  // namespace
}  // namespace repopulse::polling
