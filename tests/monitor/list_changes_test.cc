// What other servers read when one changes the list of repositories. Counted, not timed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/monitor.h"
#include "tests/monitor/parts.h"

namespace repopulse::monitor::test {
namespace {

constexpr int kThere = 300;

std::string there(int i) {
  return "o/r" + std::to_string(i);
}

// Two servers; the first has the lease, and the second follows.
class ListChangesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<store::NewRepository> wanted;
    for (int i = 0; i < kThere; ++i) wanted.push_back({name_of(there(i)), true});
    ASSERT_TRUE(store_.add_repositories(wanted, now_));
    first_ = boot("first");
    second_ = boot("second");
    listen();
  }
  std::unique_ptr<Monitor> boot(const std::string& name) {
    MonitorSettings settings;
    settings.max_active = 2 * kThere;
    settings.replica = ReplicaSettings{name, 1, {}};
    auto monitor =
        std::make_unique<Monitor>(store_, polling::make_policy("fixed", {300s, {}}).value(), std::move(settings));
    EXPECT_TRUE(monitor->start(now_));
    for (int i = 0; i < 3; ++i) follow(*monitor);
    return monitor;
  }
  void listen() {
    store_.set_faults([this](std::string_view call) {
      ++calls_[std::string(call)];
      return sim::StoreFault::kNone;
    });
  }
  void follow(Monitor& monitor) {
    now_ += 100ms;
    calls_.clear();
    ASSERT_TRUE(monitor.keep_up(now_));
  }
  void add(const std::vector<std::string>& names) {
    std::vector<store::NewRepository> wanted;
    for (const std::string& name : names) wanted.push_back({name_of(name), true});
    ASSERT_TRUE(first_->add(wanted, now_));
  }
  static std::shared_ptr<const RepositoryView> view(const Monitor& monitor, const std::string& name) {
    return monitor.snapshot()->find(name);
  }
  static bool active(const Monitor& monitor, const std::string& name) { return view(monitor, name)->repository.active; }
  // The second server read those repositories that changed, and no list.
  void expect_only_changes_read() {
    EXPECT_EQ(calls_["repositories"], 0);
    EXPECT_EQ(calls_["repositories_of"], 1);
    EXPECT_EQ(calls_["feeds"], 0);
  }

  Timestamp now_ = kNow;
  sim::MemoryStore store_;
  std::map<std::string, int> calls_;
  std::unique_ptr<Monitor> first_;
  std::unique_ptr<Monitor> second_;
};

TEST_F(ListChangesTest, nothing_is_read_while_the_list_stays_as_it_is) {
  follow(*second_);
  EXPECT_EQ(calls_["list_changes"], 1);
  EXPECT_EQ(calls_["repositories"], 0);
  EXPECT_EQ(calls_["repositories_of"], 0);
  EXPECT_EQ(calls_["owners"], 0);
}

TEST_F(ListChangesTest, others_read_what_was_added_activated_deactivated_and_removed_and_no_more) {
  add({"p/a", "p/b"});
  follow(*second_);
  EXPECT_TRUE(active(*second_, "p/a"));
  EXPECT_TRUE(active(*second_, "p/b"));
  expect_only_changes_read();
  EXPECT_EQ(calls_["visit_newest_of"], 1) << "the windows of those two";
  follow(*second_);
  EXPECT_EQ(calls_["repositories_of"], 0) << "once";

  ASSERT_TRUE(first_->set_active(there(1), false, now_));
  ASSERT_TRUE(first_->set_active(there(2), false, now_));
  ASSERT_TRUE(first_->set_active(there(2), true, now_));
  ASSERT_TRUE(first_->remove(there(3), now_));
  follow(*second_);
  EXPECT_FALSE(active(*second_, there(1)));
  EXPECT_TRUE(active(*second_, there(2)));
  EXPECT_EQ(view(*second_, there(3)), nullptr);
  expect_only_changes_read();
  EXPECT_EQ(calls_["visit_newest_of"], 0) << "no window";
  EXPECT_EQ(calls_["owners"], 0);
}

TEST_F(ListChangesTest, the_windows_of_all_that_one_request_adds_come_together) {
  std::vector<std::string> names;
  for (int i = 0; i < kThere; ++i) names.push_back("p/r" + std::to_string(i));
  add(names);
  follow(*second_);
  for (const std::string& name : names) EXPECT_TRUE(active(*second_, name)) << name;
  expect_only_changes_read();
  EXPECT_EQ(calls_["visit_newest_of"], 1);
}

TEST_F(ListChangesTest, one_that_was_removed_and_added_again_is_another) {
  const core::RepoId before = view(*second_, there(1))->repository.id;
  ASSERT_TRUE(first_->remove(there(1), now_));
  add({there(1)});
  follow(*second_);
  ASSERT_NE(view(*second_, there(1)), nullptr);
  EXPECT_GT(view(*second_, there(1))->repository.id, before);
  expect_only_changes_read();
}

TEST_F(ListChangesTest, a_change_of_an_owner_reads_no_repository) {
  const NewOwner owner{.name = *core::OwnerName::parse("p/*")};
  ASSERT_TRUE(first_->add({}, {&owner, 1}, now_));
  follow(*second_);
  EXPECT_EQ(second_->snapshot()->owners->size(), 1u);
  EXPECT_EQ(calls_["owners"], 1);
  EXPECT_EQ(calls_["repositories"], 0);
}

TEST_F(ListChangesTest, what_a_server_of_an_earlier_version_changes_makes_others_read_everything) {
  store_.note_no_changes();
  ASSERT_TRUE(first_->set_active(there(1), false, now_));
  follow(*second_);
  EXPECT_FALSE(active(*second_, there(1)));
  EXPECT_EQ(calls_["repositories"], 1);
  follow(*second_);
  EXPECT_EQ(calls_["repositories"], 0) << "once";
}

TEST_F(ListChangesTest, one_that_slept_through_many_changes_reads_everything) {
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(first_->set_active(there(i), false, now_));
  follow(*second_);
  EXPECT_EQ(calls_["repositories"], 1);
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(active(*second_, there(i))) << i;
}

// The writer changes the list, and dies before it announces that (1), or before it writes down what it was (2).
TEST_F(ListChangesTest, what_a_server_changed_that_died_before_it_told_is_known_by_the_next_full_reading) {
  for (const int last_step : {1, 2}) {
    SCOPED_TRACE(last_step);
    store_.write_in_steps({[this] { return now_; },
                           [last_step](std::string_view, int step) {
                             return step == last_step ? sim::StoreFault::kCrashBefore : sim::StoreFault::kNone;
                           }});
    const core::RepoId id = view(*second_, there(last_step))->repository.id;
    EXPECT_THROW((void)store_.set_active(id, false), sim::Crash);
    store_.write_in_steps({[this] { return now_; }, [](std::string_view, int) { return sim::StoreFault::kNone; }});
    if (last_step == 1) now_ += 40s;
    follow(*second_);
    EXPECT_FALSE(active(*second_, there(last_step)));
  }
}

TEST_F(ListChangesTest, a_change_that_is_written_down_after_a_later_one_is_not_passed_over) {
  bool nested = false;
  store_.write_in_steps({[this] { return now_; },
                         [&](std::string_view, int step) {
                           if (step == 2 && !std::exchange(nested, true)) {
                             EXPECT_TRUE(first_->set_active(there(2), false, now_));
                             follow(*second_);
                             EXPECT_FALSE(active(*second_, there(1))) << "known before it is written down";
                             EXPECT_FALSE(active(*second_, there(2)));
                           }
                           return sim::StoreFault::kNone;
                         }});
  const core::RepoId slow = view(*first_, there(1))->repository.id;
  ASSERT_TRUE(store_.set_active(slow, false));
  ASSERT_TRUE(nested);
  follow(*second_);
  EXPECT_EQ(calls_["repositories"], 0);
  EXPECT_FALSE(active(*second_, there(1)));
}

// The poller's view of a repository changes while it reads that another server has removed it.
TEST_F(ListChangesTest, what_changed_here_while_it_was_read_is_read_again) {
  const core::RepoId id = view(*first_, there(1))->repository.id;
  ASSERT_TRUE(store_.remove_repository(id));
  const std::uint64_t version = view(*first_, there(1))->version;
  store_.on_end([&](std::string_view call) {
    if (call != "repositories_of") return;
    EXPECT_TRUE(first_->ask_soon(there(1), now_));
  });
  follow(*first_);
  ASSERT_NE(view(*first_, there(1)), nullptr);
  ASSERT_GT(view(*first_, there(1))->version, version) << "it has changed meanwhile";
  store_.on_end({});
  follow(*first_);
  EXPECT_EQ(view(*first_, there(1)), nullptr);
  EXPECT_EQ(calls_["repositories"], 0);
}

// Events that are stored between the reading of a repository and the reading of events are counted once.
TEST_F(ListChangesTest, what_is_read_by_itself_has_no_event_counted_twice) {
  const core::RepoId id = view(*second_, there(1))->repository.id;
  const auto put = [&](std::uint64_t number) {
    store::PollCommit commit;
    commit.events.push_back({id, {event(number, core::to_event_time(now_), there(1))}});
    ASSERT_TRUE(store_.commit(commit));
  };
  ASSERT_TRUE(store_.set_active(id, false));
  put(1);
  put(2);
  follow(*second_);
  EXPECT_EQ(view(*second_, there(1))->repository.events_stored, 2u);
  put(3);
  follow(*second_);
  EXPECT_EQ(view(*second_, there(1))->repository.events_stored, 3u);
}

}  // namespace
}  // namespace repopulse::monitor::test
