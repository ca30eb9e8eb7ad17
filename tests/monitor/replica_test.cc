// Several servers on one store, in virtual time: who asks GitHub, who knows what, and when.
#include <gmock/gmock.h>

#include "tests/monitor/servers.h"

namespace repopulse::monitor::test {
namespace {

class ReplicaTest : public ServersTest {
 protected:
  Server& boot(int shards = 1) { return ServersTest::boot(shards); }

  static std::size_t window(const Server& server, const std::string& name, Timestamp now) {
    const auto view = server.monitor->snapshot()->find(name);
    return view ? view->window.statistics(now).events : 0;
  }
  static PollerCondition condition(const Server& server) { return server.monitor->snapshot()->poller.condition; }
  int requests() const {
    int sum = 0;
    for (const auto& [feed, count] : github_.requests) sum += count;
    return sum;
  }
  // The second of two servers, after both have the repository and it was told of its events.
  Server& follower_of(const std::string& name) {
    boot();
    Server& second = boot();
    run(1s);
    add(second, name);
    run(2s);
    second.told.clear();
    return second;
  }
  // What a server of another process does: adds a repository, and stores events 1 to `last` of it.
  core::RepoId store_elsewhere(const std::string& name, bool active, std::uint64_t last) {
    const std::vector<store::NewRepository> wanted = {{*core::RepoName::parse(name), active}};
    const core::RepoId repository = store_.add_repositories(wanted, now_)->front().repository.id;
    store::PollCommit commit;
    commit.events.push_back({repository, {}});
    for (std::uint64_t id = 1; id <= last; ++id) {
      commit.events.front().events.push_back(
          {{id, core::to_event_time(now_)}, "PushEvent", "ada", name, R"({"id":"1"})"});
    }
    EXPECT_TRUE(store_.commit(commit));
    return repository;
  }
};

TEST_F(ReplicaTest, one_polls_and_all_know_what_it_found_within_two_seconds) {
  Server& first = boot();
  Server& second = boot();
  Server& third = boot();
  run(1s);
  add(first, "o/r");
  run(kLatency + 2s);
  EXPECT_EQ(window(first, "o/r", now_), 30u);
  EXPECT_EQ(window(second, "o/r", now_), 30u);
  EXPECT_EQ(window(third, "o/r", now_), 30u);
  EXPECT_EQ(condition(first), PollerCondition::kOk);
  EXPECT_EQ(condition(second), PollerCondition::kFollowing);
  EXPECT_EQ(third.told.size(), 30u) << "subscribers of a follower hear of every event";
  EXPECT_EQ(first.told, third.told) << "and in the same order as the poller's own";
}

TEST_F(ReplicaTest, together_they_ask_no_more_than_one_alone) {
  add(boot(), "o/r");
  run(10min);
  const int alone = requests();
  boot();
  boot();
  github_.requests.clear();
  run(10min);
  EXPECT_LE(requests(), alone);
  EXPECT_GE(requests(), alone - 2);
  EXPECT_EQ(most_at_once_, 1);
}

TEST_F(ReplicaTest, a_follower_accepts_changes_and_the_poller_acts_on_them_at_once) {
  Server& first = boot();
  Server& second = boot();
  run(1s);
  add(second, "o/r");
  run(2s);
  EXPECT_EQ(requests(), 1);
  EXPECT_EQ(window(first, "o/r", now_), 30u);
  ASSERT_TRUE(second.monitor->set_active("o/r", false, now_));
  run(5min);
  EXPECT_EQ(requests(), 1) << "nobody polls what a follower has put to sleep";
  EXPECT_FALSE(first.monitor->snapshot()->find("o/r")->repository.active);
  ASSERT_TRUE(second.monitor->set_active("o/r", true, now_));
  run(2s);
  EXPECT_EQ(requests(), 2);
  ASSERT_TRUE(second.monitor->remove("o/r", now_));
  run(2s);
  EXPECT_EQ(first.monitor->snapshot()->find("o/r"), nullptr);
}

TEST_F(ReplicaTest, what_a_follower_hears_of_makes_the_poller_ask) {
  freshness_ = 1h;
  Server& first = boot();
  Server& second = boot();
  run(1s);
  add(first, "o/r");
  run(2min);
  ASSERT_EQ(requests(), 1) << "the next one is due much later";
  ASSERT_TRUE(second.monitor->hint("o/R", 0, {}, now_).value());
  EXPECT_EQ(store_.left_hints()->size(), 1u);
  run(2s);
  EXPECT_EQ(requests(), 2);
  EXPECT_TRUE(store_.left_hints()->empty()) << "what was heeded is taken away";
  run(2min);
  ASSERT_TRUE(second.monitor->ask_soon("o/r", now_));
  run(2s);
  EXPECT_EQ(requests(), 3);
  EXPECT_TRUE(store_.left_hints()->empty());
  ASSERT_TRUE(first.monitor->ask_soon("o/r", now_)) << "the poller needs no message";
  EXPECT_TRUE(store_.left_hints()->empty());
  EXPECT_FALSE(second.monitor->hint("o/unknown", 0, {}, now_).value());
  EXPECT_TRUE(store_.left_hints()->empty());
}

TEST_F(ReplicaTest, what_was_heard_while_nobody_polled_is_heeded_by_the_next_who_does) {
  freshness_ = 1h;
  Server& first = boot();
  Server& second = boot();
  run(1s);
  add(first, "o/r");
  run(2min);
  stop(first);
  ASSERT_TRUE(second.monitor->hint("o/r", 0, {}, now_).value());
  const int before = requests();
  run(30s);
  EXPECT_EQ(condition(second), PollerCondition::kOk);
  EXPECT_EQ(requests(), before + 1);
}

TEST_F(ReplicaTest, a_message_for_a_repository_that_was_removed_is_thrown_away) {
  Server& first = boot();
  Server& second = boot();
  run(1s);
  add(first, "o/r");
  run(2s);
  ASSERT_TRUE(store_.leave_hint({core::RepoId{77}, {}, false, now_}));
  run(30s);
  EXPECT_EQ(store_.left_hints()->size(), 1u) << "another server may have added it just now";
  run(40s);
  EXPECT_TRUE(store_.left_hints()->empty());
  EXPECT_EQ(condition(second), PollerCondition::kFollowing);
}

TEST_F(ReplicaTest, adding_what_another_server_added_shows_what_it_has_stored) {
  Server& first = boot();
  Server& second = boot();
  run(1s);
  second.running = false;  // it has not heard of it yet
  add(first, "o/r");
  run(2s);
  ASSERT_EQ(window(first, "o/r", now_), 30u);
  add(second, "o/r");
  EXPECT_EQ(window(second, "o/r", now_), 30u);
  second.running = true;
  run(2min);
  EXPECT_GT(window(first, "o/r", now_), 30u);
  EXPECT_EQ(window(second, "o/r", now_), window(first, "o/r", now_));
}

TEST_F(ReplicaTest, a_follower_shows_the_poll_state_of_the_poller) {
  Server& first = boot();
  Server& second = boot();
  run(1s);
  add(first, "o/r");
  run(10s);
  EXPECT_EQ(second.monitor->snapshot()->find("o/r")->feed.status, core::RepoStatus::kOk);
  EXPECT_EQ(second.monitor->snapshot()->find("o/r")->repository.events_stored, 30u);
}

TEST_F(ReplicaTest, when_the_poller_dies_another_polls_within_fifteen_seconds_and_loses_nothing) {
  Server& first = boot();
  Server& second = boot();
  run(1s);
  add(first, "o/r");
  run(5min);
  stop(first);
  run(15s);
  EXPECT_EQ(condition(second), PollerCondition::kOk);
  run(5min);
  const auto newest = second.monitor->snapshot()->find("o/r");
  EXPECT_TRUE(newest->repository.gaps.empty());
  const auto span = core::to_event_time(now_) - core::to_event_time(kStart);
  EXPECT_GE(window(second, "o/r", now_), static_cast<std::size_t>(span / 10s)) << "one event each ten seconds";
  EXPECT_EQ(window(second, "o/r", now_), newest->repository.events_stored) << "and none of them twice";
}

TEST_F(ReplicaTest, a_poller_that_was_asleep_past_its_lease_is_refused_and_follows) {
  Server& first = boot();
  Server& second = boot();
  run(1s);
  add(first, "o/r");
  run(59s);
  while (!first.asked) run(kTick);  // in the middle of a request
  first.running = false;
  run(5min);
  const auto before = store_.feeds().value().front();
  first.running = true;
  run(5min);
  EXPECT_EQ(condition(first), PollerCondition::kFollowing);
  EXPECT_EQ(condition(second), PollerCondition::kOk);
  EXPECT_GT(store_.feeds().value().front().counters.requests, before.counters.requests);
  EXPECT_EQ(window(first, "o/r", now_), window(second, "o/r", now_));
}

TEST_F(ReplicaTest, a_poller_that_is_cut_from_the_store_stops_asking_before_another_begins) {
  Server& first = boot();
  Server& second = boot();
  run(1s);
  add(first, "o/r");
  run(2min);
  first.reaches_store = false;
  run(2min);
  EXPECT_EQ(condition(first), PollerCondition::kStoreAway);
  EXPECT_FALSE(first.monitor->snapshot()->store_ok);
  EXPECT_GT(window(first, "o/r", now_), 0u) << "what it knows it still shows";
  EXPECT_EQ(condition(second), PollerCondition::kOk);
  EXPECT_EQ(most_at_once_, 1);
  first.reaches_store = true;
  run(1min);
  EXPECT_EQ(condition(first), PollerCondition::kFollowing);
  EXPECT_EQ(window(first, "o/r", now_), window(second, "o/r", now_));
}

TEST_F(ReplicaTest, a_poller_that_nobody_followed_keeps_its_answer_while_the_store_is_away_past_its_lease) {
  Server& only = boot();
  run(1s);
  add(only, "o/r");
  run(59s);
  while (!only.asked) run(kTick);
  only.reaches_store = false;
  run(1min);
  only.reaches_store = true;
  const int before = requests();
  run(35s);  // the longest rest between two tries
  EXPECT_EQ(only.monitor->snapshot()->find("o/r")->feed.counters.requests, static_cast<std::uint64_t>(before));
  EXPECT_EQ(condition(only), PollerCondition::kOk);
}

TEST_F(ReplicaTest, shards_are_polled_by_different_servers_and_none_by_two) {
  for (int i = 0; i < 3; ++i) boot(8);
  run(30s);
  for (int i = 0; i < 24; ++i) add(*servers_[0], "owner" + std::to_string(i) + "/r");
  github_.requests.clear();
  run(10min);
  EXPECT_EQ(github_.requests.size(), 24u);
  for (const auto& [url, count] : github_.requests) {
    EXPECT_GE(count, 9) << url;
    EXPECT_LE(count, 11) << url;
  }
  for (const auto& server : servers_) EXPECT_EQ(condition(*server), PollerCondition::kOk) << "each has a part";
  for (int i = 0; i < 24; ++i) {
    const std::string name = "owner" + std::to_string(i) + "/r";
    EXPECT_EQ(window(*servers_[0], name, now_), window(*servers_[2], name, now_)) << name;
  }
}

TEST_F(ReplicaTest, events_of_a_repository_that_was_added_after_the_last_refresh_are_told_once_and_in_order) {
  Server& second = follower_of("o/old");
  // Another server adds a repository and stores its events just before this one reads what is new.
  bool happened = false;
  const auto another_server = [&](std::string_view call) {
    if (call != "events_after" || std::exchange(happened, true)) return sim::StoreFault::kNone;
    store_elsewhere("o/new", true, 3);
    return sim::StoreFault::kNone;
  };
  store_.set_faults(another_server);
  ASSERT_TRUE(second.monitor->keep_up(now_));
  EXPECT_EQ(second.told, (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(window(second, "o/new", now_), 3u);
  EXPECT_EQ(view(second, "o/new")->repository.events_stored, 3u) << "counted once, though the refresh saw them too";
  ASSERT_TRUE(second.monitor->keep_up(now_ + 1s));
  EXPECT_THAT(second.told, testing::SizeIs(3));
}

TEST_F(ReplicaTest, a_follower_whose_clock_was_wrong_shows_the_newest_events_once_it_is_right) {
  Server& second = follower_of("o/r");
  constexpr std::uint64_t kEvents = 700;  // more than a window holds
  const core::RepoId repository = store_elsewhere("o/new", false, 1);
  ASSERT_TRUE(second.monitor->keep_up(now_));
  store::PollCommit commit;
  commit.events.push_back({repository, {}});
  for (std::uint64_t i = 0; i < kEvents; ++i) {
    const core::EventTime at = core::to_event_time(now_ - std::chrono::seconds(i));
    commit.events.front().events.push_back({{2 + i, at}, "PushEvent", "ada", "o/new", R"({"id":"1"})"});
  }
  ASSERT_TRUE(store_.commit(commit));
  ASSERT_TRUE(second.monitor->keep_up(now_ - 30 * 24h));
  ASSERT_TRUE(second.monitor->keep_up(now_));
  const auto shown = view(second, "o/new");
  EXPECT_EQ(shown->window.newest(now_), core::to_event_time(now_));
  EXPECT_EQ(shown->window.statistics(now_).events, 500u);
  EXPECT_EQ(shown->window.from(now_), core::to_event_time(now_ - 498s)) << "one more event is of the newest second";
}

TEST_F(ReplicaTest, events_that_a_slow_writer_gives_new_numbers_are_told_and_counted_once) {
  Server& second = follower_of("o/r");
  // Another server hangs in the middle of its commit until readers go past its numbers.
  Timestamp database = now_;
  const auto hang = [&](std::string_view, int step) {
    if (step != 4) return sim::StoreFault::kNone;
    database += 11s;
    EXPECT_TRUE(second.monitor->keep_up(now_));
    EXPECT_THAT(second.told, testing::SizeIs(3));
    return sim::StoreFault::kNone;
  };
  store_.write_in_steps({[&] { return database; }, hang});
  const std::uint64_t before = view(second, "o/r")->repository.events_stored;
  store::PollCommit commit;
  commit.events.push_back({view(second, "o/r")->repository.id, {}});
  for (std::uint64_t id = 1; id <= 3; ++id) {
    commit.events.front().events.push_back(
        {{id, core::to_event_time(now_)}, "PushEvent", "ada", "o/r", R"({"id":"1"})"});
  }
  const auto committed = store_.commit(commit);
  ASSERT_TRUE(committed);
  ASSERT_TRUE(second.monitor->keep_up(now_ + 1s));
  EXPECT_EQ(second.told, (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(view(second, "o/r")->repository.events_stored, before + 3);
}

// Found by the simulation: windows that could not be read when a name had been given away stayed empty.
TEST_F(ReplicaTest, a_window_that_the_store_could_not_bring_is_read_later) {
  Server& second = follower_of("o/r");
  Server& first = *servers_.front();
  ASSERT_EQ(window(second, "o/r", now_), 30u);
  store_.set_faults([](std::string_view call) {
    return call.starts_with("visit_newest") ? sim::StoreFault::kUnavailable : sim::StoreFault::kNone;
  });
  store::PollCommit commit;
  commit.others.emplace_back(store_.repositories()->front().id, core::to_event_time(now_ - 30 * 24h));
  ASSERT_TRUE(store_.commit(commit));
  run(5min);
  EXPECT_LT(window(second, "o/r", now_), 30u) << "rather nothing than a mixture";
  store_.set_faults({});
  run(10s);
  EXPECT_GT(window(second, "o/r", now_), 30u);
  EXPECT_EQ(window(second, "o/r", now_), window(first, "o/r", now_));
}

TEST_F(ReplicaTest, events_of_a_repository_that_was_removed_hold_nothing_up) {
  Server& second = follower_of("o/r");
  // Another server adds a repository and stores an event, and removes it when this one has read the event.
  core::RepoId gone{};
  int refreshes = 0;
  bool stored = false;
  const auto another_server = [&](std::string_view call) {
    if (call == "events_after" && !std::exchange(stored, true)) {
      gone = store_elsewhere("o/gone", false, 1);
    }
    if (call == "repositories_of" && ++refreshes == 1) (void)store_.remove_repository(gone);
    return sim::StoreFault::kNone;
  };
  store_.set_faults(another_server);
  ASSERT_TRUE(second.monitor->keep_up(now_));
  EXPECT_EQ(refreshes, 1);
  store_.set_faults({});
  run(2min);
  EXPECT_FALSE(second.told.empty()) << "what comes after it is told";
  EXPECT_EQ(view(second, "o/gone"), nullptr);
}

TEST_F(ReplicaTest, a_clean_stop_hands_over_at_once) {
  Server& first = boot();
  Server& second = boot();
  run(1s);
  add(first, "o/r");
  run(2min);
  ASSERT_TRUE(first.monitor->release_leases());
  first.running = false;
  run(1s);
  EXPECT_EQ(condition(second), PollerCondition::kOk);
}

}  // namespace
}  // namespace repopulse::monitor::test
