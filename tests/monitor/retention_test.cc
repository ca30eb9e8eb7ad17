#include "monitor/retention.h"

#include "monitor/shard.h"
#include "tests/monitor/parts.h"

namespace repopulse::monitor::test {
namespace {

class RetentionTest : public PartsTest {
 protected:
  RetentionTest() {
    const core::RepoId id = add("o/r");
    store_events(id, 700, kNow - std::chrono::days(4));
    store_events(id, 3, kNow);
    github_tells(kNow);
    store_.set_faults([this](std::string_view call) {
      calls_.emplace_back(call);
      return away_ ? sim::StoreFault::kUnavailable : sim::StoreFault::kNone;
    });
  }
  // An answer of GitHub that comes at `now`, by our clock.
  void github_tells(Timestamp date, Timestamp now = kNow) {
    board_.lock()->clock.take(now, now, core::to_event_time(date));
  }
  int deletions() const { return static_cast<int>(std::ranges::count(calls_, "delete_events_before")); }

  Retention retention_{board_, store_, 3};
  std::vector<std::string> calls_;
  bool away_ = false;
};

TEST_F(RetentionTest, deletes_in_batches_and_then_shows_the_counts_of_the_store) {
  const Timestamp second = retention_.run(kNow);
  EXPECT_GT(second, kNow) << "readers and the poller go first";
  EXPECT_LT(second, kNow + 1s);
  EXPECT_EQ(retention_.run(kNow), second);
  EXPECT_EQ(deletions(), 1);
  EXPECT_EQ(retention_.run(second), second + 1h);
  EXPECT_EQ(deletions(), 2);
  EXPECT_EQ(board_.snapshot()->find("o/r")->repository.events_stored, 3u);
}

TEST_F(RetentionTest, rests_after_a_failure_and_says_that_the_store_is_away) {
  away_ = true;
  EXPECT_EQ(retention_.run(kNow), kNow + 30s);
  EXPECT_FALSE(board_.snapshot()->store_ok) << "at once";
  away_ = false;
  retention_.run(kNow + 30s);
  EXPECT_TRUE(board_.snapshot()->store_ok);
}

TEST_F(RetentionTest, deletes_nothing_while_an_answer_is_pending) {
  board_.lock()->pending.emplace();
  retention_.run(kNow);
  EXPECT_EQ(deletions(), 0);
  board_.lock()->pending.reset();
  retention_.run(kNow);
  EXPECT_EQ(deletions(), 1);
}

TEST_F(RetentionTest, of_several_servers_one_deletes) {
  board_.lock()->shards = PolledShards(2);
  const int first = shard_of("repos/o/r", 2);
  board_.lock()->shards.take({{1 - first, 1}});
  EXPECT_EQ(retention_.run(kNow), Timestamp::max()) << "a server that has nothing to delete must not wait for that";
  EXPECT_EQ(deletions(), 0);
  board_.lock()->shards.take({{first, 1}});
  retention_.run(kNow);
  EXPECT_EQ(deletions(), 1);
}

TEST_F(RetentionTest, deletes_nothing_before_github_has_told_the_time) {
  board_.lock()->clock = {};
  EXPECT_EQ(retention_.run(kNow), Timestamp::max());
  EXPECT_EQ(retention_.oldest_kept(board_.lock(), kNow), std::nullopt);
  EXPECT_EQ(deletions(), 0);
  github_tells(kNow);
  retention_.run(kNow);
  EXPECT_EQ(deletions(), 1);
  EXPECT_EQ(retention_.oldest_kept(board_.lock(), kNow), core::to_event_time(kNow - std::chrono::days(3)));
}

TEST_F(RetentionTest, deletes_nothing_when_githubs_word_is_old) {
  retention_.run(kNow + 61min);
  EXPECT_EQ(deletions(), 0);
  github_tells(kNow + 61min, kNow + 61min);
  retention_.run(kNow + 61min);
  EXPECT_EQ(deletions(), 1);
}

TEST_F(RetentionTest, deletes_by_githubs_clock_where_ours_is_ahead) {
  const Timestamp ahead = kNow + std::chrono::days(10);
  github_tells(kNow, ahead);
  for (Timestamp now = ahead; now < ahead + 10s;) now = retention_.run(now);
  EXPECT_EQ(board_.snapshot()->find("o/r")->repository.events_stored, 3u) << "those of today stay";
}

TEST_F(RetentionTest, deletes_by_our_clock_where_githubs_is_ahead) {
  github_tells(kNow + std::chrono::days(10));
  for (Timestamp now = kNow; now < kNow + 10s;) now = retention_.run(now);
  EXPECT_EQ(board_.snapshot()->find("o/r")->repository.events_stored, 3u);
}

TEST_F(RetentionTest, what_was_deleted_stays_out_though_a_later_answer_dates_itself_back) {
  retention_.run(kNow);
  const auto before = retention_.oldest_kept(board_.lock(), kNow);
  github_tells(kNow - std::chrono::days(2));
  EXPECT_EQ(retention_.oldest_kept(board_.lock(), kNow), before);
  board_.lock()->clock = {};
  EXPECT_EQ(retention_.oldest_kept(board_.lock(), kNow), before);
}

TEST_F(RetentionTest, a_server_that_polls_nothing_deletes_nothing) {
  board_.lock()->book.change("o/r", [](RepositoryView& changed) { changed.repository.active = false; });
  EXPECT_EQ(retention_.run(kNow), Timestamp::max());
  EXPECT_EQ(deletions(), 0);
}

TEST_F(RetentionTest, without_days_keeps_everything) {
  Retention keeps_all(board_, store_, 0);
  EXPECT_EQ(keeps_all.run(kNow), Timestamp::max());
  EXPECT_EQ(keeps_all.oldest_kept(board_.lock(), kNow), std::nullopt);
  EXPECT_EQ(deletions(), 0);
}

}  // namespace
}  // namespace repopulse::monitor::test
