#include "monitor/board.h"

#include "tests/monitor/parts.h"

namespace repopulse::monitor::test {
namespace {

class BoardTest : public PartsTest {
 protected:
  PollerView published() {
    board_.lock().publish(kNow);
    return board_.snapshot()->poller;
  }
};

TEST_F(BoardTest, shows_readers_what_was_published_and_nothing_later) {
  EXPECT_EQ(board_.snapshot()->version, 0u);
  EXPECT_TRUE(board_.snapshot()->shared_feeds->empty());
  add("o/r");
  EXPECT_EQ(board_.snapshot()->find("o/r"), nullptr);
  board_.lock().publish(kNow);
  const auto before = board_.snapshot();
  board_.lock()->book.erase("o/r");
  EXPECT_NE(before->find("O/R"), nullptr) << "a snapshot stays as it is";
  EXPECT_EQ(board_.snapshot(), before);
  board_.lock().publish(kNow);
  EXPECT_EQ(board_.snapshot()->find("o/r"), nullptr);
  EXPECT_EQ(board_.snapshot()->version, before->version + 1);
}

TEST_F(BoardTest, lets_readers_read_while_a_job_holds_the_lock) {
  Board::Locked board = board_.lock();
  board->store_trouble = "away";
  EXPECT_TRUE(board_.snapshot()->store_ok);
  board.publish(kNow);
  EXPECT_FALSE(board_.snapshot()->store_ok);
}

TEST_F(BoardTest, tells_what_hinders_the_poller_the_store_first) {
  EXPECT_EQ(published().condition, PollerCondition::kOk);
  add("o/r");
  board_.lock()->book.change("o/r", [](RepositoryView& changed) { changed.feed.status = core::RepoStatus::kFailing; });
  EXPECT_EQ(published().condition, PollerCondition::kBackingOff);
  add("o/s");
  EXPECT_EQ(published().condition, PollerCondition::kOk) << "one of two fails";
  board_.lock()->store_trouble = "the disk is full";
  EXPECT_EQ(published().condition, PollerCondition::kStoreAway);
  EXPECT_EQ(published().detail, "the disk is full");
}

class BoardOfSeveralTest : public BoardTest {
 protected:
  BoardOfSeveralTest() { board_.lock()->shards = PolledShards(4); }
};

TEST_F(BoardOfSeveralTest, follows_until_it_polls_a_shard) {
  EXPECT_EQ(published().condition, PollerCondition::kFollowing);
  board_.lock()->shards.take({{3, 1}});
  EXPECT_EQ(published().condition, PollerCondition::kOk);
}

}  // namespace
}  // namespace repopulse::monitor::test
