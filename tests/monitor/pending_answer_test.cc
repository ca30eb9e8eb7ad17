#include "monitor/pending_answer.h"

#include "tests/monitor/parts.h"

namespace repopulse::monitor::test {
namespace {

TEST(PendingAnswer, stores_nothing_for_a_repository_that_was_withdrawn_and_all_for_the_others) {
  constexpr core::RepoId kGone{1};
  constexpr core::RepoId kStays{2};
  PendingAnswer pending;
  for (const core::RepoId id : {kGone, kStays}) {
    pending.commit.events.push_back({id, {event(1, core::to_event_time(kNow))}});
    pending.commit.gaps.emplace_back(id, core::Gap{});
  }
  for (const char* feed : {"repos/o/gone", "repos/o/stays", "orgs/o"}) {
    pending.commit.feeds.emplace_back().feed = feed;
  }
  pending.withdraw(kGone, "repos/o/gone");
  ASSERT_EQ(pending.commit.events.size(), 1u);
  EXPECT_EQ(pending.commit.events.front().repository, kStays);
  ASSERT_EQ(pending.commit.gaps.size(), 1u);
  EXPECT_EQ(pending.commit.gaps.front().first, kStays);
  ASSERT_EQ(pending.commit.feeds.size(), 2u);
  EXPECT_EQ(pending.commit.feeds.front().feed, "repos/o/stays");
  EXPECT_EQ(pending.commit.feeds.back().feed, "orgs/o");
}

}  // namespace
}  // namespace repopulse::monitor::test
