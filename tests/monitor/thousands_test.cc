// What thousands of repositories cost: the calls of the store that a start and a change of the list make. Counted, not
// timed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "monitor/changes.h"
#include "monitor/monitor.h"
#include "monitor/windows.h"
#include "tests/monitor/parts.h"

namespace repopulse::monitor::test {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr std::size_t kMany = 2 * kWindowsAtOnce + 7;

std::string nth(std::size_t i) {
  return "o/r" + std::to_string(i);
}

class ThousandsTest : public PartsTest {
 protected:
  ThousandsTest() {
    std::vector<store::NewRepository> wanted;
    for (std::size_t i = 0; i < kMany; ++i) wanted.push_back({name_of(nth(i)), true});
    const auto all = store_.add_repositories(wanted, kNow).value();
    store::PollCommit commit;
    for (const store::AddedRepository& added : all) {
      const std::uint64_t place = commit.events.size();
      const core::EventTime at = core::to_event_time(kNow) - core::Seconds(place);
      commit.events.push_back({added.repository.id, {event(place + 1, at)}});
    }
    EXPECT_TRUE(store_.commit(commit));
    board_.lock()->max_active = kMany + 1;
    store_.set_faults([this](std::string_view call) {
      ++calls_[std::string(call)];
      return call == failing_ ? sim::StoreFault::kUnavailable : sim::StoreFault::kNone;
    });
  }
  void load() {
    Board::Locked board = board_.lock();
    ASSERT_TRUE(loader_.load_all(board, kNow));
    ASSERT_EQ(board->book.all().size(), kMany);
    calls_.clear();
  }

  std::map<std::string, int> calls_;  // under the store's lock
  std::string failing_;
  Changes changes_{{board_, store_, loader_, wake_}};
};

TEST_F(ThousandsTest, windows_come_in_a_few_reads_each_with_its_own_events) {
  const auto repositories = store_.repositories().value();
  std::vector<WantedWindow> wanted;
  for (const store::Repository& repository : repositories) wanted.push_back({&repository, 0});
  calls_.clear();
  const auto windows = load_windows(store_, wanted, core::Window(), kNow);
  ASSERT_TRUE(windows);
  ASSERT_EQ(windows->size(), kMany);
  for (std::size_t i = 0; i < kMany; ++i) {
    ASSERT_EQ((*windows)[i].arrivals(kNow), std::vector{core::to_event_time(kNow) - core::Seconds(i)}) << i;
  }
  EXPECT_THAT(calls_, ElementsAre(Pair("visit_newest_of", 3)));
}

TEST_F(ThousandsTest, windows_that_cannot_be_read_fail_the_start) {
  failing_ = "visit_newest_of";
  Board::Locked board = board_.lock();
  const core::Status loaded = loader_.load_all(board, kNow);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, core::ErrorKind::kUnavailable);
  EXPECT_FALSE(board->ready);
}

TEST_F(ThousandsTest, a_start_asks_the_store_once_for_each_batch_and_once_for_everything_else) {
  calls_.clear();
  {
    Board::Locked board = board_.lock();
    ASSERT_TRUE(loader_.load_all(board, kNow));
  }
  EXPECT_THAT(calls_, UnorderedElementsAre(Pair("notes", 1), Pair("repositories", 1), Pair("feeds", 1),
                                           Pair("owners", 1), Pair("last_sequence", 1), Pair("visit_newest_of", 3)));
  EXPECT_EQ(view(nth(kMany - 1))->window.stored(), 1u);
  const std::string feed = view(nth(kMany - 1))->feed.feed;  // before the lock, which view() takes, too
  EXPECT_EQ(board_.lock()->poller.state("repos/" + nth(kMany - 1))->feed, feed);
}

TEST_F(ThousandsTest, a_change_of_the_list_is_written_and_nothing_is_read) {
  load();
  const store::NewRepository wanted{name_of("o/new"), true};
  ASSERT_TRUE(changes_.add({&wanted, 1}, kNow));
  EXPECT_THAT(calls_, ElementsAre(Pair("add_repositories", 1)));
  calls_.clear();
  ASSERT_TRUE(changes_.set_active(nth(1), false, kNow));
  ASSERT_TRUE(changes_.set_active(nth(1), true, kNow));
  EXPECT_THAT(calls_, ElementsAre(Pair("set_active", 2)));
  calls_.clear();
  ASSERT_TRUE(changes_.remove(nth(2), kNow));
  EXPECT_THAT(calls_, ElementsAre(Pair("remove_repository", 1)));
}

TEST_F(ThousandsTest, a_change_of_the_list_leaves_the_views_of_all_others_as_they_are) {
  load();
  const RepositoryList before = board_.lock()->book.all();
  const store::NewRepository wanted{name_of("p/new"), true};
  ASSERT_TRUE(changes_.add({&wanted, 1}, kNow));
  ASSERT_TRUE(changes_.set_active(nth(1), false, kNow));
  ASSERT_TRUE(changes_.remove(nth(2), kNow));
  std::size_t same = 0;
  for (const auto& known : board_.lock()->book.all()) same += before.find(known->repository.name.key()) == known;
  EXPECT_EQ(same, kMany - 2) << "all but the one that was deactivated and the one that was removed";
}

// Another server adds a repository: a follower reads that one's window, and no feed's state.
TEST_F(ThousandsTest, what_another_server_adds_is_the_only_window_that_a_follower_reads) {
  MonitorSettings settings;
  settings.max_active = kMany + 1;
  settings.replica = ReplicaSettings{"follower", 1, {}};
  Monitor monitor(store_, polling::make_policy("fixed", {300s, {}}).value(), settings);
  ASSERT_TRUE(monitor.start(kNow));
  ASSERT_TRUE(monitor.keep_up(kNow));
  ASSERT_TRUE(monitor.keep_up(kNow + 500ms));
  const store::NewRepository wanted{name_of("p/new"), true};
  ASSERT_TRUE(store_.add_repositories({&wanted, 1}, kNow));
  calls_.clear();
  ASSERT_TRUE(monitor.keep_up(kNow + 1s));
  ASSERT_NE(monitor.snapshot()->find("p/new"), nullptr);
  EXPECT_EQ(calls_["visit_newest_of"], 1);
  EXPECT_EQ(calls_["repositories_of"], 1);
  EXPECT_EQ(calls_["repositories"], 0);
  EXPECT_EQ(calls_["feeds"], 0);
}

}  // namespace
}  // namespace repopulse::monitor::test
