#include "monitor/changes.h"

#include "tests/monitor/parts.h"

namespace repopulse::monitor::test {
namespace {

class ChangesTest : public PartsTest {
 protected:
  ChangesTest() { board_.lock()->max_active = 3; }
  core::Status wish(const std::vector<std::string>& names) {
    std::vector<store::NewRepository> repositories;
    for (const std::string& name : names) repositories.push_back({name_of(name), true});
    const auto added = changes_.add(repositories, kNow);
    return added ? core::Status() : tl::unexpected(added.error());
  }

  Changes changes_{{board_, store_, loader_, wake_}};
};

TEST_F(ChangesTest, count_a_repository_once_against_the_limit_and_say_how_far_it_was_exceeded) {
  ASSERT_TRUE(wish({"o/a", "o/b"}));
  ASSERT_TRUE(wish({"o/a", "O/A", "o/c", "o/c"}));
  const auto refused = wish({"o/a", "o/d", "o/e"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, core::ErrorKind::kConflict);
  EXPECT_EQ(refused.error().message,
            "The limit of 3 active repositories is reached (--max-active): 3 active now, 2 more requested");
  EXPECT_EQ(store_.repositories()->size(), 3u);
}

TEST_F(ChangesTest, wake_the_poller_and_publish_when_something_was_done_and_only_then) {
  ASSERT_TRUE(wish({"o/a"}));
  EXPECT_EQ(woken_, 1);
  EXPECT_NE(board_.snapshot()->find("o/a"), nullptr);
  const std::uint64_t version = board_.snapshot()->version;
  EXPECT_EQ(changes_.remove("o/x", kNow).error().message, "unknown repository: o/x");
  EXPECT_EQ(board_.snapshot()->version, version);
  store_.fail_next(1);
  EXPECT_FALSE(changes_.set_active("o/a", false, kNow));
  EXPECT_TRUE(view("o/a")->repository.active);
  EXPECT_EQ(woken_, 1);
  EXPECT_FALSE(board_.snapshot()->store_ok) << "the only news";
}

TEST_F(ChangesTest, leave_polling_to_the_server_that_polls_the_shard) {
  board_.lock()->shards = PolledShards(2);
  ASSERT_TRUE(wish({"o/a"}));
  EXPECT_TRUE(view("o/a")->repository.active);
  EXPECT_EQ(board_.lock()->poller.state("repos/o/a"), nullptr);
}

TEST_F(ChangesTest, pass_hints_on_to_the_server_that_polls_the_shard) {
  board_.lock()->shards = PolledShards(2);
  ASSERT_TRUE(wish({"o/a"}));
  EXPECT_TRUE(changes_.hint("O/A", 0, {}, kNow).value());
  ASSERT_EQ(store_.left_hints()->size(), 1u);
  EXPECT_FALSE(store_.left_hints()->front().by_person);
  ASSERT_TRUE(changes_.ask_soon("o/a", kNow));
  EXPECT_EQ(store_.left_hints()->size(), 2u);
  store_.fail_next(1);
  EXPECT_FALSE(changes_.hint("o/a", 0, {}, kNow)) << "who hears that may send it again";
}

TEST_F(ChangesTest, take_hints_of_active_repositories_alone) {
  ASSERT_TRUE(wish({"o/a"}));
  const int woken = woken_;
  EXPECT_TRUE(changes_.hint("o/A", 0, {}, kNow).value());
  EXPECT_EQ(woken_, woken + 1);
  EXPECT_FALSE(changes_.hint("o/b", 7, {}, kNow).value());
  ASSERT_TRUE(changes_.set_active("o/a", false, kNow));
  EXPECT_FALSE(changes_.hint("o/a", 0, {}, kNow).value());
  EXPECT_EQ(changes_.ask_soon("o/a", kNow).error().kind, core::ErrorKind::kConflict);
  EXPECT_EQ(changes_.ask_soon("o/b", kNow).error().kind, core::ErrorKind::kNotFound);
}

TEST_F(ChangesTest, show_the_events_of_a_repository_that_another_server_added_before) {
  store_events(add_to_store("o/a"), 5, kNow);
  ASSERT_TRUE(wish({"o/a"}));
  EXPECT_EQ(view("o/a")->window.statistics(kNow).events, 5u);
}

TEST_F(ChangesTest, poll_at_once_all_that_one_request_adds_and_activates_and_show_them_so) {
  board_.lock()->max_active = 20;
  core::FeedState before;  // of one that was polled a minute ago
  before.feed = "repos/o/r4";
  before.status = core::RepoStatus::kOk;
  before.last_polled_at = before.last_full_at = kNow - 61s;
  before.next_poll_at = kNow + 9min;
  {
    const core::RepoId id = add_to_store("o/r4", false);
    Board::Locked board = board_.lock();
    ASSERT_TRUE(loader_.add_stored(board, stored("o/r4"), &before, kNow));
    ASSERT_EQ(board->book.find("o/r4")->repository.id, id);
  }
  std::vector<std::string> names;
  for (int i = 0; i < 9; ++i) names.push_back("o/r" + std::to_string(i));
  names.push_back("O/R4");
  ASSERT_TRUE(wish(names));
  for (int i = 0; i < 9; ++i) {
    const auto shown = view(names[static_cast<std::size_t>(i)]);
    EXPECT_TRUE(shown->repository.active) << i;
    EXPECT_EQ(shown->feed, board_.lock()->poller.shown_state(shown->feed.feed)) << i;
    ASSERT_TRUE(shown->feed.next_poll_at) << i;
    EXPECT_LE(*shown->feed.next_poll_at, kNow) << i;
  }
}

}  // namespace
}  // namespace repopulse::monitor::test
