// Repositories of one owner, with the store: one server and several, in virtual time.
#include "tests/monitor/servers.h"

namespace repopulse::monitor::test {
namespace {

class OrganisationTest : public ServersTest {
 protected:
  void TearDown() override { EXPECT_LE(most_at_once_, 1) << "one request at a time"; }

  static std::string served_by(const Server& server, const std::string& name) {
    const auto snapshot = server.monitor->snapshot();
    return std::string(snapshot->served_by(*snapshot->find(name)));
  }
  // Every event of it since the first contact, which brought thirty, is stored, and none twice.
  void expect_whole(const Server& server, const std::string& name, Timestamp first_contact) {
    const auto seen = view(server, name);
    ASSERT_TRUE(seen) << name;
    const auto newest = *seen->repository.last_event_at;
    EXPECT_GE(core::to_timestamp(newest) + kInterval + 20s, now_) << name << " is behind";
    const auto ticks = (newest - core::to_event_time(first_contact)) / 10s;
    EXPECT_NEAR(static_cast<double>(seen->repository.events_stored), static_cast<double>(30 + ticks), 1) << name;
    EXPECT_EQ(store_.events(seen->repository.id, {}, 0, 10'000)->json.size(), seen->repository.events_stored) << name;
    EXPECT_TRUE(seen->repository.gaps.empty()) << name;
  }
};

TEST_F(OrganisationTest, every_repository_tells_when_it_was_read_and_will_be_by_whichever_feed) {
  Server& server = boot();
  add(server, "o/a");
  add(server, "o/b");
  run(5min + 30s);
  const auto snapshot = server.monitor->snapshot();
  ASSERT_EQ(snapshot->shared_feeds->size(), 1u);
  const core::FeedState& organisation = snapshot->shared_feeds->front();
  EXPECT_EQ(organisation.feed, "orgs/o");
  EXPECT_EQ(github_.requests, (std::map<std::string, int>{{"orgs/o", 6}, {"repos/o/a", 1}, {"repos/o/b", 1}}));
  EXPECT_EQ(organisation.counters.requests, 6u);
  for (const std::string name : {"o/a", "o/b"}) {
    EXPECT_EQ(view(server, name)->feed.last_polled_at, organisation.last_polled_at) << name;
    EXPECT_EQ(view(server, name)->feed.next_poll_at, organisation.next_poll_at) << name;
    EXPECT_EQ(view(server, name)->feed.status, core::RepoStatus::kOk) << name;
    expect_whole(server, name, kStart);
  }
}

TEST_F(OrganisationTest, every_request_is_shared_out_among_the_repositories) {
  Server& server = boot();
  add(server, "o/a");
  add(server, "o/b");
  run(5min + 30s);
  const SpendingView& spent = *server.monitor->snapshot()->spending;
  EXPECT_EQ(spent.since, kStart);
  EXPECT_EQ(spent.sources.at("orgs/o").requests, 6u);
  EXPECT_EQ(spent.sources.at("own").requests, 2u);
  EXPECT_EQ(spent.all.requests, 8u);
  EXPECT_EQ(spent.all.quota_spent, server.monitor->snapshot()->poller.counters.quota_spent);
  ASSERT_EQ(spent.repositories.size(), 2u);
  for (const auto& [feed, share] : spent.repositories) {
    EXPECT_EQ(share.own, 1) << feed;
    EXPECT_NEAR(share.shared, 3, 0.5) << feed << ": both are equally busy";
    EXPECT_EQ(share.events, view(server, feed.substr(6))->repository.events_stored) << feed;
  }
  EXPECT_EQ(spent.events, server.monitor->snapshot()->poller.staleness_count);
  ASSERT_FALSE(spent.alternatives.empty());
  EXPECT_EQ(spent.alternatives.back().policy, "mean");
}

TEST_F(OrganisationTest, the_first_poll_of_a_shared_feed_brings_news_which_have_a_staleness) {
  Server& server = boot();
  std::map<std::string, std::size_t> first;  // new events of each feed's first poll
  std::size_t later = 0;
  Subscriber subscriber;
  subscriber.on_poll = [&](const PollReport& report) {
    if (!first.emplace(report.feed, report.new_events).second) later += report.new_events;
  };
  server.monitor->subscribe(subscriber);
  add(server, "o/a");
  run(55s);
  add(server, "o/b");
  run(5min);
  ASSERT_GT(first["orgs/o"], 0u);
  EXPECT_EQ(server.monitor->snapshot()->poller.staleness_count, first["orgs/o"] + later);
}

TEST_F(OrganisationTest, every_server_tells_which_feed_reads_a_repository) {
  Server& first = boot(1);
  Server& second = boot(1);
  run(1s);
  add(first, "o/a");
  run(5min);
  EXPECT_EQ(served_by(first, "o/a"), "") << "it is the only one of its owner";
  add(first, "o/b");
  EXPECT_EQ(served_by(first, "o/b"), "") << "nothing has been read so far";
  run(5min + 30s);
  for (const Server* server : {&first, &second}) {
    EXPECT_EQ(served_by(*server, "o/a"), "orgs/o");
    EXPECT_EQ(served_by(*server, "o/b"), "orgs/o");
  }
  ASSERT_TRUE(first.monitor->set_active("o/b", false, now_));
  run(2min);
  for (const Server* server : {&first, &second}) EXPECT_EQ(served_by(*server, "o/a"), "") << "it is alone again";
}

TEST_F(OrganisationTest, events_of_an_inactive_repository_are_passed_over_until_it_is_active_again) {
  Server& server = boot();
  for (const std::string name : {"o/a", "o/b", "o/c"}) add(server, name, name != "o/c");
  run(5min);
  EXPECT_EQ(view(server, "o/c")->repository.events_stored, 0u);
  ASSERT_TRUE(server.monitor->set_active("o/c", true, now_));
  const Timestamp activated = now_;
  run(5min);
  EXPECT_EQ(github_.requests["repos/o/c"], 1);
  expect_whole(server, "o/c", activated);
  ASSERT_TRUE(server.monitor->set_active("o/c", false, now_));
  const std::uint64_t before = view(server, "o/c")->repository.events_stored;
  run(3min);
  EXPECT_EQ(view(server, "o/c")->repository.events_stored, before);
  ASSERT_TRUE(server.monitor->set_active("o/c", true, now_));
  run(3min);
  for (const std::string name : {"o/a", "o/b"}) expect_whole(server, name, kStart);
  expect_whole(server, "o/c", activated);
}

TEST_F(OrganisationTest,
       a_repository_that_is_removed_or_put_to_sleep_in_the_middle_of_a_request_leaves_the_others_whole) {
  Server& server = boot();
  for (const std::string name : {"o/a", "o/b", "o/c"}) add(server, name);
  const auto wait_for_the_organisation = [&] {
    while (!server.asked || GitHub::feed_of(server.asked->url) != "orgs/o") run(kTick);
  };
  wait_for_the_organisation();  // for the first time
  ASSERT_TRUE(server.monitor->set_active("o/c", false, now_));
  run(3min);
  wait_for_the_organisation();
  ASSERT_TRUE(server.monitor->remove("o/a", now_));
  run(3min);
  expect_whole(server, "o/b", kStart);
  EXPECT_EQ(view(server, "o/a"), nullptr);
}

TEST_F(OrganisationTest, a_server_that_is_started_again_keeps_the_plan_and_reads_no_repository_again) {
  boot();
  add(*servers_[0], "o/a");
  add(*servers_[0], "o/b");
  run(5min + 30s);
  const int before = github_.requests["orgs/o"];
  for (int i = 0; i < 8; ++i) {
    stop(*servers_.back());
    const auto shown = view(*servers_.back(), "o/a")->feed;
    boot();
    EXPECT_EQ(view(*servers_.back(), "o/a")->feed.last_polled_at, shown.last_polled_at);
    EXPECT_EQ(view(*servers_.back(), "o/a")->feed.next_poll_at, shown.next_poll_at);
    run(15s);
  }
  EXPECT_EQ(github_.requests["orgs/o"], before + 2) << "in two minutes";
  EXPECT_EQ(github_.requests["repos/o/a"], 1);
  for (const std::string name : {"o/a", "o/b"}) expect_whole(*servers_.back(), name, kStart);
}

TEST_F(OrganisationTest, loses_and_doubles_nothing_whatever_call_to_the_store_the_process_dies_in) {
  boot();
  add(*servers_[0], "o/a");
  add(*servers_[0], "o/b");
  run(30s);
  for (const sim::StoreFault fault : {sim::StoreFault::kCrashBefore, sim::StoreFault::kCrashAfter}) {
    for (int nth = 0; nth < 12; ++nth) {
      int calls = 0;
      store_.set_faults([&](std::string_view) { return calls++ == nth ? fault : sim::StoreFault::kNone; });
      try {
        run(3min);
      } catch (const sim::Crash&) {
        store_.set_faults({});
        stop(*servers_.back());
        boot();
      }
      store_.set_faults({});
    }
  }
  run(3min);
  for (const std::string name : {"o/a", "o/b"}) expect_whole(*servers_.back(), name, kStart);
}

TEST_F(OrganisationTest, when_the_server_that_polls_dies_another_goes_on_with_the_organisation_as_it_was) {
  Server& first = boot(1);
  Server& second = boot(1);
  run(1s);
  const Timestamp added = now_;
  add(first, "o/a");
  add(first, "o/b");
  run(5min);
  run(10s);
  for (const std::string name : {"o/a", "o/b"}) {
    EXPECT_EQ(view(second, name)->feed.last_polled_at, view(first, name)->feed.last_polled_at) << name;
    EXPECT_EQ(view(second, name)->feed.next_poll_at, view(first, name)->feed.next_poll_at) << name;
  }
  while (!first.asked) run(kTick);
  stop(first);
  github_.requests.clear();
  run(3min);
  EXPECT_GE(github_.requests["orgs/o"], 2);
  EXPECT_EQ(github_.requests.size(), 1u) << "no repository had to be read by itself";
  for (const std::string name : {"o/a", "o/b"}) expect_whole(second, name, added);
}

TEST_F(OrganisationTest, a_shard_has_an_organisation_with_all_its_repositories) {
  for (int i = 0; i < 3; ++i) boot(8);
  run(30s);
  const Timestamp added = now_;
  for (const std::string name : {"o/a", "o/b", "o/c"}) add(*servers_[0], name);
  run(5min);
  EXPECT_GE(github_.requests["orgs/o"], 4);
  EXPECT_LE(github_.requests["orgs/o"], 6);
  for (const std::string name : {"o/a", "o/b", "o/c"}) {
    EXPECT_EQ(github_.requests["repos/" + name], 1) << name;
    expect_whole(*servers_[1], name, added);
  }
}

}  // namespace
}  // namespace repopulse::monitor::test
