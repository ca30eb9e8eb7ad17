// Another freshness, asked for while feeds are polled.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <variant>

#include "polling/fixed_policy.h"
#include "polling/poller.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Timestamp;

class FreshnessTest : public testing::Test {
 protected:
  FreshnessTest() {
    for (const char* name : {"repos/a/r", "repos/b/r"}) {
      core::FeedState state;
      state.feed = name;
      poller_.add(state, {}, now_);
    }
  }

  void ask() { ASSERT_TRUE(std::holds_alternative<Ask>(poller_.next(now_))) << "nothing is due"; }
  void answer() {
    core::Answer empty;
    empty.kind = core::AnswerKind::kEvents;
    empty.status = 200;
    empty.poll_interval = 60s;
    poller_.absorb(empty, {}, now_);
    poller_.confirm();
  }
  core::Millis until_due() {
    const Decision decision = poller_.next(now_);
    const auto* nothing = std::get_if<NothingDue>(&decision);
    return nothing == nullptr ? 0ms : nothing->until - now_;
  }

  Timestamp now_{std::chrono::seconds(1'700'000'000)};
  Poller poller_{std::make_unique<FixedPolicy>(PolicySettings{300s, {}}), {.authenticated = true}};
};

TEST_F(FreshnessTest, plans_every_feed_anew) {
  for (int feed = 0; feed < 2; ++feed) {
    ask();
    answer();
  }
  EXPECT_EQ(until_due(), 600s);
  poller_.set_freshness(60s, now_);
  EXPECT_EQ(until_due(), 120s);
  poller_.set_freshness(900s, now_);
  EXPECT_EQ(until_due(), 1800s);
}

TEST_F(FreshnessTest, waits_for_the_end_of_a_round_that_is_under_way) {
  ask();
  answer();
  ask();
  poller_.set_freshness(60s, now_);
  answer();
  EXPECT_EQ(until_due(), 120s) << "also of the feed that was asked before";
}

}  // namespace
}  // namespace repopulse::polling
