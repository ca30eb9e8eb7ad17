#include "monitor/loader.h"

#include "monitor/feeds_by_name.h"
#include "tests/monitor/parts.h"

namespace repopulse::monitor::test {
namespace {

class LoaderTest : public PartsTest {
 protected:
  void store_feed(const std::string& fingerprint) {
    core::FeedState feed;
    feed.feed = "repos/o/r";
    feed.validators = {{"W/\"a\"", ""}};
    feed.next_poll_at = kNow + 1h;
    const std::vector<std::pair<std::string, std::string>> notes = {{std::string(kTokenNote), fingerprint}};
    ASSERT_TRUE(store_.commit({.events = {}, .feeds = {feed}, .gaps = {}, .notes = notes, .fence = {}}));
  }
  void load() {
    Board::Locked board = board_.lock();
    ASSERT_TRUE(loader_.load_all(board, kNow));
  }
};

TEST_F(LoaderTest, brings_repositories_with_windows_and_poll_state) {
  store_events(add_to_store("o/r"), 5, kNow);
  add_to_store("o/inactive", false);
  store_feed("token-a");
  load();
  EXPECT_TRUE(board_.lock()->ready);
  EXPECT_EQ(board_.lock()->last_sequence, 5);
  EXPECT_EQ(view("o/r")->window.statistics(kNow).events, 5u);
  EXPECT_EQ(view("o/r")->feed.next_poll_at, kNow + 1h);
  EXPECT_EQ(board_.lock()->poller.state("repos/o/r")->validators.size(), 1u);
  EXPECT_EQ(board_.lock()->poller.state("repos/o/inactive"), nullptr);
  EXPECT_EQ(board_.snapshot()->version, 0u) << "whoever loads publishes";
}

TEST_F(LoaderTest, leaves_out_the_validators_of_another_token) {
  add_to_store("o/r");
  store_feed("token-b");
  load();
  EXPECT_TRUE(board_.lock()->token.stored_for_another);
  EXPECT_TRUE(board_.lock()->poller.state("repos/o/r")->validators.empty());
}

TEST_F(LoaderTest, starts_no_polling_of_what_other_servers_poll) {
  board_.lock()->shards = PolledShards(1);
  add_to_store("o/r");
  load();
  EXPECT_NE(view("o/r"), nullptr);
  EXPECT_EQ(board_.lock()->poller.state("repos/o/r"), nullptr);
}

TEST(FeedsByName, show_a_repository_with_the_times_of_the_organisation_s_feed_that_reads_it) {
  std::vector<core::FeedState> feeds(3);
  feeds[0].feed = "repos/o/r";
  feeds[1].feed = "repos/p/r";
  feeds[2].feed = "orgs/o";
  const FeedsByName by_name(feeds);
  EXPECT_EQ(by_name.find("repos/o/r"), feeds.data());
  EXPECT_EQ(by_name.find("repos/o/x"), nullptr);
  EXPECT_EQ(by_name.shown_state("repos/o/x"), std::nullopt);
  EXPECT_EQ(by_name.shown_state("repos/p/r"), feeds[1]);
  EXPECT_EQ(by_name.shown_state("repos/o/r")->feed, "repos/o/r");
}

}  // namespace
}  // namespace repopulse::monitor::test
