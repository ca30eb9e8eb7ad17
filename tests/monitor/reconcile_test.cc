#include "monitor/reconcile.h"

#include <set>
#include <span>
#include <string>
#include <vector>

#include "tests/monitor/parts.h"

namespace repopulse::monitor::test {
namespace {

class ReconcileTest : public PartsTest {
 protected:
  // Those that are to be read again.
  std::set<core::RepoId> reconcile_with(std::span<const store::Repository> repositories,
                                        const core::FeedState* feed = nullptr) {
    std::set<core::RepoId> again;
    const auto note = [&](core::RepoId repository, bool done) {
      if (!done) again.insert(repository);
    };
    Board::Locked board = board_.lock();
    EXPECT_TRUE(reconcile(board, loader_, repositories, [&](const auto&) { return feed; }, seen_, kNow, note));
    return again;
  }
  bool reconcile_with(const store::Repository& repository, const core::FeedState* feed = nullptr) {
    return reconcile_with({&repository, 1}, feed).empty();
  }
  void read() { seen_ = board_.lock()->book.version(); }  // as if the store were read now
  bool polled(const std::string& feed) { return board_.lock()->poller.state(feed) != nullptr; }

  std::uint64_t seen_ = 0;
};

TEST_F(ReconcileTest, does_what_another_server_has_changed) {
  add("o/r", false);
  read();
  store::Repository other = stored("o/r");
  other.active = true;
  EXPECT_TRUE(reconcile_with(other));
  EXPECT_TRUE(view("o/r")->repository.active);
  EXPECT_TRUE(polled("repos/o/r"));
  read();
  EXPECT_TRUE(reconcile_with(stored("o/r")));
  EXPECT_FALSE(view("o/r")->repository.active);
  EXPECT_FALSE(polled("repos/o/r"));
}

// One by one, each would be decided about before the next is there, and what is shown of the first would be of that
// time.
TEST_F(ReconcileTest, many_of_one_owner_that_another_server_activated_come_in_together) {
  constexpr int kCount = 40;
  std::vector<store::Repository> activated;
  for (int i = 0; i < kCount; ++i) {
    add("o/r" + std::to_string(i), i % 2 == 0);
    activated.push_back(stored("o/r" + std::to_string(i)));
    activated.back().active = true;
  }
  for (int i = 0; i < kCount; ++i) {
    add_to_store("o/new" + std::to_string(i));
    activated.push_back(stored("o/new" + std::to_string(i)));
  }
  read();
  EXPECT_TRUE(reconcile_with(activated).empty());
  const Board::Locked board = board_.lock();
  for (const store::Repository& one : activated) {
    const auto view = board->book.find(one.name.key());
    ASSERT_NE(view, nullptr);
    ASSERT_NE(board->poller.state(view->feed.feed), nullptr) << one.name.full_name();
    EXPECT_EQ(view->feed, board->poller.shown_state(view->feed.feed)) << one.name.full_name();
    EXPECT_LE(view->feed.next_poll_at, kNow) << one.name.full_name();
  }
}

TEST_F(ReconcileTest, leaves_alone_what_changed_here_since_the_store_was_read) {
  add("o/r");
  store::Repository other = stored("o/r");
  other.active = false;
  EXPECT_FALSE(reconcile_with(other)) << "to be read again";
  EXPECT_TRUE(view("o/r")->repository.active);
  const core::RepoId id = view("o/r")->repository.id;
  Board::Locked board = board_.lock();
  EXPECT_FALSE(erase_removed(board, id, seen_, kNow)) << "to be read again";
  EXPECT_NE(board->book.find("o/r"), nullptr);
}

TEST_F(ReconcileTest, takes_a_repository_that_was_removed_and_added_again_for_another) {
  const core::RepoId before = add("o/r");
  store_events(before, 4, kNow);
  ASSERT_TRUE(store_.remove_repository(before));
  const core::RepoId after = add_to_store("o/r");
  store_events(after, 2, kNow);
  read();
  EXPECT_TRUE(reconcile_with(stored("o/r")));
  EXPECT_EQ(view("o/r")->repository.id, after);
  EXPECT_EQ(view("o/r")->window.statistics(kNow).events, 2u);
}

TEST_F(ReconcileTest, shows_the_poll_state_of_a_feed_that_another_server_polls) {
  board_.lock()->shards = PolledShards(2);
  add("o/r");
  read();
  core::FeedState feed;
  feed.feed = "repos/o/r";
  feed.status = core::RepoStatus::kOk;
  EXPECT_TRUE(reconcile_with(stored("o/r"), &feed));
  EXPECT_EQ(view("o/r")->feed, feed);
  const std::uint64_t version = view("o/r")->version;
  read();
  EXPECT_TRUE(reconcile_with(stored("o/r"), &feed));
  EXPECT_EQ(view("o/r")->version, version) << "nothing has changed";
}

TEST_F(ReconcileTest, removes_what_the_store_has_no_more) {
  add("o/a");
  add("o/b");
  read();
  const std::vector<store::Repository> there = {stored("o/b")};
  Board::Locked board = board_.lock();
  const std::vector<core::RepoId> missing = missing_of(board, there);
  ASSERT_EQ(missing, std::vector{board->book.find("o/a")->repository.id});
  EXPECT_TRUE(erase_removed(board, missing.front(), seen_, kNow));
  EXPECT_TRUE(erase_removed(board, missing.front(), seen_, kNow)) << "it is gone already";
  EXPECT_EQ(board->book.find("o/a"), nullptr);
  EXPECT_EQ(board->poller.state("repos/o/a"), nullptr);
  EXPECT_NE(board->poller.state("repos/o/b"), nullptr);
}

}  // namespace
}  // namespace repopulse::monitor::test
