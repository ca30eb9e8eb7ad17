#include "monitor/store_health.h"

#include "tests/monitor/parts.h"

namespace repopulse::monitor::test {
namespace {

class StoreHealthTest : public PartsTest {
 protected:
  StoreHealthTest() {
    store_.set_faults([this](std::string_view call) {
      if (call == "try_write") ++tried_;
      return away_ ? sim::StoreFault::kUnavailable : sim::StoreFault::kNone;
    });
  }
  bool ok() const { return board_.snapshot()->store_ok; }

  StoreHealth health_{board_, store_};
  bool away_ = false;
  int tried_ = 0;
};

TEST_F(StoreHealthTest, a_quiet_server_notices_by_itself_and_sees_the_end_of_it) {
  ASSERT_TRUE(health_.check(kNow));
  away_ = true;
  EXPECT_TRUE(health_.check(kNow + 2s)) << "not tried again so soon";
  EXPECT_FALSE(health_.check(kNow + 10s));
  EXPECT_FALSE(ok());
  EXPECT_EQ(board_.snapshot()->poller.condition, PollerCondition::kStoreAway);
  away_ = false;
  EXPECT_TRUE(health_.check(kNow + 12s)) << "after a failure soon";
  EXPECT_TRUE(ok());
}

TEST_F(StoreHealthTest, nothing_is_tried_where_other_writes_tell) {
  {
    Board::Locked board = board_.lock();
    note_written(board, kNow);
  }
  ASSERT_TRUE(health_.check(kNow + 9s));
  EXPECT_EQ(tried_, 0);
  ASSERT_TRUE(health_.check(kNow - 1h)) << "a clock that went back does not stop it";
  EXPECT_EQ(tried_, 1);
}

TEST_F(StoreHealthTest, an_answer_that_the_store_did_not_take_stays_a_trouble_until_it_does) {
  away_ = true;
  {
    Board::Locked board = board_.lock();
    board->pending.emplace().failures = 1;
    note_not_written(board, {core::ErrorKind::kUnavailable, "full"});
    note_written(board, kNow);
    EXPECT_EQ(board->store_trouble, "full") << "another write was small enough";
  }
  ASSERT_TRUE(health_.check(kNow + 1h));
  EXPECT_EQ(tried_, 0);
}

TEST_F(StoreHealthTest, a_refusal_is_an_answer) {
  Board::Locked board = board_.lock();
  note_not_written(board, {core::ErrorKind::kNotFound, "unknown repository"});
  EXPECT_EQ(board->store_trouble, "");
}

}  // namespace
}  // namespace repopulse::monitor::test
