// Owners whose repositories are followed: one server and several, in virtual time, with a simulated GitHub.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "monitor/monitor.h"
#include "monitor/owner_follower.h"
#include "polling/policy_table.h"
#include "sim/github_simulator.h"
#include "sim/memory_store.h"

namespace repopulse::monitor::test {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::RepoStatus;
using core::Timestamp;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Timestamp kStart{std::chrono::seconds(1'750'000'000)};

core::OwnerName owner_name(const std::string& login) {
  return core::OwnerName::parse(login + "/*").value();
}

sim::SimulatorSettings simulator_settings(std::uint64_t seed) {
  sim::SimulatorSettings settings;
  settings.seed = seed;
  return settings;
}

class OwnersTest : public ::testing::Test {
 protected:
  struct Server {
    std::unique_ptr<Monitor> monitor;
    bool replica = false;
    bool running = true;
    Timestamp next{};
    Timestamp keep_up{};
    std::optional<github::HttpRequest> asked;
    Timestamp answer_at{};
    std::vector<OwnerReport> reports;
  };

  explicit OwnersTest(std::uint64_t seed = 1) : github_(simulator_settings(seed)) { github_.set_now(now_); }

  Server& boot(std::optional<int> shards = std::nullopt) {
    auto server = std::make_unique<Server>();
    MonitorSettings settings;
    settings.github.token = token_;
    settings.max_active = max_active_;
    settings.freshness = 1h;
    settings.seed = 1;
    server->replica = shards.has_value();
    if (shards) {
      settings.replica = ReplicaSettings{"server " + std::to_string(servers_.size()), *shards,
                                         [this] { return now_.time_since_epoch(); }};
    }
    server->monitor = std::make_unique<Monitor>(store_, polling::make_policy("fixed", {1h, {}}).value(), settings);
    start(*server);
    server->monitor->on_wake([one = server.get()] { one->next = {}; });
    Subscriber subscriber;
    subscriber.on_owner = [one = server.get()](const OwnerReport& report) { one->reports.push_back(report); };
    server->monitor->subscribe(std::move(subscriber));
    servers_.push_back(std::move(server));
    return *servers_.back();
  }
  void start(Server& server) {
    while (!server.monitor->start(now_)) now_ += 1s;
  }
  // What the process had not stored is gone.
  Server& restart() {
    servers_.clear();
    return boot();
  }

  void run(Millis span) {
    for (const Timestamp end = now_ + span; now_ < end;) {
      Timestamp soonest = end;
      for (const auto& server : servers_) {
        if (server->running) soonest = std::min(soonest, step(*server));
      }
      const auto asking = std::ranges::count_if(servers_, [](const auto& one) { return one->running && one->asked; });
      most_at_once_ = std::max(most_at_once_, asking);
      now_ = std::max(soonest, now_ + 1ms);
    }
    now_ = std::max(now_, github_.now());
  }
  // When it wants to be called again.
  Timestamp step(Server& server) {
    if (server.asked && server.answer_at <= now_) {
      github_.set_now(now_);
      const auto result = github_.send(*server.asked);
      server.asked.reset();
      server.next = now_;
      server.monitor->absorb(result, now_);
    }
    if (server.replica && server.keep_up <= now_) {
      (void)server.monitor->keep_up(now_);
      server.keep_up = now_ + 500ms;
      server.next = now_;
    }
    if (!server.asked && server.next <= now_) {
      Action action = server.monitor->next(now_);
      if (auto* request = std::get_if<github::HttpRequest>(&action)) {
        server.asked = std::move(*request);
        server.answer_at = now_ + 200ms;
      } else {
        server.next = std::max(std::get<CallAgain>(action).at, now_ + 1ms);
      }
    }
    const Timestamp wish = server.asked ? server.answer_at : server.next;
    return server.replica ? std::min(wish, server.keep_up) : wish;
  }

  // Until a request for a list is under way.
  void run_until_asked(const Server& server) {
    while (!server.asked || server.asked->url.find("type=owner") == std::string::npos) run(50ms);
  }

  // The owner as readers see it.
  static OwnerView view(const Server& server, const std::string& login = "org") {
    const OwnerView* found = server.monitor->snapshot()->find_owner(login);
    return found == nullptr ? OwnerView{.name = owner_name("nobody")} : *found;
  }
  Server& follow(Server& server, bool active = true, std::optional<bool> archived = {},
                 std::optional<bool> forks = {}) {
    const NewOwner wanted{owner_name("Org"), active, archived, forks};
    const auto added = server.monitor->add({}, {&wanted, 1}, now_);
    EXPECT_TRUE(added) << added.error().message;
    return server;
  }
  static std::vector<std::string> names(const Server& server, std::optional<bool> active = {}) {
    std::vector<std::string> found;
    for (const auto& one : server.monitor->snapshot()->repositories) {
      if (!active || one->repository.active == *active) found.push_back(one->repository.name.key());
    }
    return found;
  }
  void add_many(int from, int to) {
    for (int i = from; i <= to; ++i) github_.add_repository("Org/r" + std::to_string(1000 + i));
  }
  // Pages of lists that were asked, in order.
  std::vector<int> pages() const {
    std::vector<int> found;
    for (const auto& request : github_.log().requests()) {
      if (request.target.find("type=owner") != std::string::npos) found.push_back(request.page);
    }
    return found;
  }
  void TearDown() override {
    EXPECT_LE(most_at_once_, 1) << "one request at a time";
    EXPECT_THAT(github_.log().breaches(), IsEmpty());
  }

  Timestamp now_ = kStart;
  std::string token_ = "secret";
  std::size_t max_active_ = 50;
  sim::MemoryStore store_;
  sim::GitHubSimulator github_;
  std::vector<std::unique_ptr<Server>> servers_;
  std::ptrdiff_t most_at_once_ = 0;
};

TEST_F(OwnersTest, puts_all_public_repositories_on_the_list_and_polls_them) {
  for (const char* name : {"Org/a", "Org/b", "Org/old", "Org/copy", "Org/secret", "other/x"})
    github_.add_repository(name);
  github_.mark_repository("Org/old", {.archived = true});
  github_.mark_repository("Org/copy", {.fork = true});
  github_.mark_repository("Org/secret", {.hidden = true});
  Server& server = follow(boot());
  EXPECT_EQ(view(server).status, RepoStatus::kPending);
  run(10s);
  EXPECT_THAT(names(server, true), ElementsAre("org/a", "org/b"));
  EXPECT_THAT(names(server, false), IsEmpty());
  EXPECT_EQ(view(server).status, RepoStatus::kOk);
  EXPECT_EQ(view(server).counters.requests, 1u);
  run(2min);
  EXPECT_EQ(server.monitor->snapshot()->find("org/a")->feed.status, RepoStatus::kOk);
  EXPECT_EQ(server.monitor->snapshot()->poller.counters.requests, github_.log().requests().size());
}

TEST_F(OwnersTest, archived_ones_and_forks_are_added_where_they_are_wanted_also_later) {
  for (const char* name : {"Org/a", "Org/old", "Org/copy"}) github_.add_repository(name);
  github_.mark_repository("Org/old", {.archived = true});
  github_.mark_repository("Org/copy", {.fork = true});
  Server& server = follow(boot(), true, true);
  run(10s);
  EXPECT_THAT(names(server), ElementsAre("org/a", "org/old"));
  follow(server, false, {}, true);
  EXPECT_TRUE(view(server).active) << "it stays active";
  EXPECT_TRUE(view(server).archived);
  run(2min);
  EXPECT_THAT(names(server), ElementsAre("org/a", "org/copy", "org/old"));
}

TEST_F(OwnersTest, later_ones_are_found_with_one_conditional_request_an_hour) {
  add_many(1, 250);
  max_active_ = 1;
  Server& server = follow(boot());
  run(1min);
  EXPECT_EQ(names(server).size(), 250u);
  EXPECT_THAT(pages(), ElementsAre(1, 2, 3));
  run(kListingInterval * 5);
  EXPECT_THAT(pages(), ElementsAre(1, 2, 3, 1, 1, 1, 1, 1));
  EXPECT_EQ(view(server).counters.not_modified, 5u);
  EXPECT_EQ(view(server).counters.quota_spent, 3u);
  github_.add_repository("Org/new");
  run(kListingInterval);
  EXPECT_THAT(names(server, false), ::testing::Contains("org/new"));
}

TEST_F(OwnersTest, an_event_of_the_organisation_names_a_new_one_at_once) {
  for (const char* name : {"Org/a", "Org/b", "Org/c"}) github_.add_repository(name);
  Server& server = follow(boot());
  run(3h + 30min);
  ASSERT_THAT(*server.monitor->snapshot()->shared_feeds, ::testing::Not(IsEmpty()))
      << "the organisation's feed is polled";
  const auto asked = pages().size();
  github_.set_now(now_);
  github_.add_events("Org/new", {{core::to_event_time(now_), "CreateEvent", "ada", {}, {}, {}}});
  run(2h + 10min);  // the policy polls each two hours
  EXPECT_THAT(names(server, true), ::testing::Contains("org/new"));
  EXPECT_EQ(pages().size(), asked + 1);
}

TEST_F(OwnersTest, a_webhook_names_a_new_one_at_once) {
  github_.add_repository("Org/a");
  Server& server = follow(boot());
  run(2min);
  const auto number = github_.add_repository("Org/new");
  EXPECT_TRUE(server.monitor->hint("Org/new", number, {.kind = "CreateEvent"}, now_).value());
  EXPECT_FALSE(server.monitor->hint("else/new", 7, {}, now_).value());
  run(10s);
  EXPECT_THAT(names(server, true), ElementsAre("org/a", "org/new"));
}

TEST_F(OwnersTest, requests_for_lists_are_among_those_that_were_spent) {
  add_many(1, 2);
  const Server& server = follow(boot());
  run(3h);
  EXPECT_EQ(server.monitor->snapshot()->spending->sources.at("lists").requests, pages().size());
}

TEST_F(OwnersTest, the_limit_of_active_repositories_is_obeyed_and_told) {
  add_many(1, 5);
  max_active_ = 3;
  Server& server = follow(boot());
  run(10s);
  EXPECT_THAT(names(server, true), ElementsAre("org/r1003", "org/r1004", "org/r1005")) << "the newest";
  EXPECT_THAT(view(server).held, ElementsAre("org/r1001", "org/r1002"));
  ASSERT_EQ(server.reports.size(), 1u);
  EXPECT_EQ(server.reports[0].added, 5u);
  EXPECT_EQ(server.reports[0].activated, 3u);
  EXPECT_EQ(server.reports[0].over_limit, 2u);
  // What a person decides stays so.
  ASSERT_TRUE(server.monitor->set_active("org/r1005", false, now_));
  ASSERT_TRUE(server.monitor->set_active("org/r1002", true, now_));
  EXPECT_THAT(view(server).held, ElementsAre("org/r1001"));
  ASSERT_TRUE(server.monitor->set_active("org/r1003", false, now_));
  run(2h);
  EXPECT_THAT(names(server, true), ElementsAre("org/r1002", "org/r1004")) << "nothing takes the free place by itself";
  ASSERT_TRUE(server.monitor->set_owner_active("ORG", true, now_));
  EXPECT_THAT(names(server, true), ElementsAre("org/r1001", "org/r1002", "org/r1004"));
  EXPECT_THAT(view(server).held, IsEmpty());
}

TEST_F(OwnersTest, a_start_with_a_higher_limit_activates_what_waited) {
  add_many(1, 5);
  max_active_ = 2;
  follow(boot());
  run(10s);
  max_active_ = 4;
  Server& server = restart();
  EXPECT_EQ(names(server, true).size(), 2u);
  follow(server);
  EXPECT_EQ(names(server, true).size(), 4u);
  EXPECT_EQ(view(server).held.size(), 1u);
}

TEST_F(OwnersTest, without_active_repositories_are_added_and_not_polled_until_a_person_wants_it) {
  add_many(1, 2);
  Server& server = follow(boot(), false);
  run(10s);
  EXPECT_EQ(names(server, false).size(), 2u);
  ASSERT_TRUE(server.monitor->set_owner_active("org", true, now_));
  EXPECT_EQ(names(server, true).size(), 2u);
  ASSERT_TRUE(server.monitor->set_owner_active("org", false, now_));
  github_.add_repository("Org/new");
  run(kListingInterval + 1min);
  EXPECT_THAT(names(server, false), ElementsAre("org/new"));
  EXPECT_EQ(names(server, true).size(), 2u);
}

TEST_F(OwnersTest, what_a_person_removed_or_deactivated_does_not_come_back) {
  add_many(1, 3);
  follow(boot());
  run(10s);
  ASSERT_TRUE(servers_[0]->monitor->remove("org/r1001", now_));
  ASSERT_TRUE(servers_[0]->monitor->set_active("org/r1002", false, now_));
  Server& server = restart();
  github_.move_repository("Org/r1001", "Org/renamed");
  follow(server);
  run(26h);
  EXPECT_THAT(names(server, true), ElementsAre("org/r1003"));
  EXPECT_THAT(names(server, false), ElementsAre("org/r1002"));
}

TEST_F(OwnersTest, a_repository_that_is_renamed_archived_or_deleted_stays_as_it_is) {
  add_many(1, 3);
  Server& server = follow(boot());
  run(10s);
  github_.move_repository("Org/r1001", "Org/renamed");
  github_.mark_repository("Org/r1002", {.archived = true});
  github_.delete_repository("Org/r1003");
  run(26h);
  EXPECT_THAT(names(server, true), ElementsAre("org/r1001", "org/r1002", "org/r1003"));
  EXPECT_EQ(server.monitor->snapshot()->find("org/r1001")->feed.status, RepoStatus::kMoved);
  EXPECT_EQ(server.monitor->snapshot()->find("org/r1003")->feed.status, RepoStatus::kNotFound);
}

TEST_F(OwnersTest, one_that_comes_from_another_owner_is_found_within_a_day) {
  github_.add_repository("else/older");
  add_many(1, 120);
  max_active_ = 1;
  Server& server = follow(boot());
  run(2min);
  github_.move_repository("else/older", "Org/older");
  run(25h);
  EXPECT_THAT(names(server), ::testing::Contains("org/older"));
}

TEST_F(OwnersTest, an_owner_that_is_not_there_is_told_and_asked_rarely) {
  Server& server = follow(boot());
  run(1min);
  EXPECT_EQ(view(server).status, RepoStatus::kNotFound);
  EXPECT_THAT(view(server).status_detail, HasSubstr("no account has this login"));
  run(24h);
  EXPECT_LE(pages().size(), 9u);
  add_many(1, 1);
  server.monitor->renew_token("another", "b", now_);
  run(2min);
  EXPECT_EQ(view(server).status, RepoStatus::kOk) << "with another token it is asked at once";
  EXPECT_EQ(names(server).size(), 1u);
}

TEST_F(OwnersTest, an_owner_that_disappears_leaves_its_repositories) {
  add_many(1, 2);
  Server& server = follow(boot());
  run(1min);
  github_.remove_owner("org");
  run(2h);
  EXPECT_EQ(view(server).status, RepoStatus::kNotFound);
  EXPECT_EQ(names(server, true).size(), 2u);
}

TEST_F(OwnersTest, one_that_is_not_followed_any_more_leaves_its_repositories) {
  add_many(1, 2);
  Server& server = follow(boot());
  run(1min);
  ASSERT_TRUE(server.monitor->remove_owner("oRg", now_));
  EXPECT_EQ(server.monitor->remove_owner("org", now_).error().kind, core::ErrorKind::kNotFound);
  EXPECT_THAT(*server.monitor->snapshot()->owners, IsEmpty());
  const auto asked = pages().size();
  github_.add_repository("Org/new");
  run(26h);
  EXPECT_EQ(pages().size(), asked);
  EXPECT_EQ(names(server).size(), 2u);
}

TEST_F(OwnersTest, a_first_reading_goes_on_after_a_restart_where_it_was) {
  add_many(1, 450);
  max_active_ = 1;
  follow(boot());
  run(700ms);
  const auto before = pages().size();
  ASSERT_GT(before, 0u);
  ASSERT_LT(before, 5u);
  Server& server = restart();
  run(2min);
  EXPECT_EQ(names(server).size(), 450u);
  EXPECT_LE(pages().size(), 6u) << "one page may be asked twice";
}

TEST_F(OwnersTest, while_the_store_is_away_the_answer_is_kept_and_nothing_is_asked) {
  add_many(1, 150);
  max_active_ = 1;
  Server& server = follow(boot());
  bool away = true;
  store_.set_faults([&](std::string_view call) {
    const bool writes = call == "add_repositories" || call == "update_owner" || call == "commit" || call == "try_write";
    return away && writes ? sim::StoreFault::kUnavailable : sim::StoreFault::kNone;
  });
  run(5min);
  EXPECT_EQ(github_.log().requests().size(), 1u);
  EXPECT_FALSE(server.monitor->snapshot()->store_ok);
  away = false;
  run(2min);
  EXPECT_EQ(names(server).size(), 150u);
  EXPECT_THAT(pages(), ElementsAre(1, 2));
  EXPECT_TRUE(server.monitor->snapshot()->store_ok);
}

TEST_F(OwnersTest, what_was_added_before_the_store_went_away_is_still_known_as_not_activated) {
  add_many(1, 4);
  max_active_ = 1;
  Server& server = follow(boot());
  int failures = 3;
  store_.set_faults([&](std::string_view call) {
    return call == "update_owner" && failures-- > 0 ? sim::StoreFault::kUnavailable : sim::StoreFault::kNone;
  });
  run(1min);
  EXPECT_EQ(view(server).held.size(), 3u);
}

TEST_F(OwnersTest, repositories_and_owners_are_added_together_or_not_at_all) {
  Server& server = boot();
  const store::NewRepository repository{core::RepoName::parse("o/r").value(), true};
  const std::vector<NewOwner> owners = {{owner_name("one"), true}, {owner_name("two"), true}};
  for (const std::string_view failing : {"add_repositories", "add_owner"}) {
    int calls = 0;
    store_.set_faults([&](std::string_view call) {
      const bool fails = call == failing && (failing == "add_repositories" || ++calls == 2);
      return fails ? sim::StoreFault::kUnavailable : sim::StoreFault::kNone;
    });
    EXPECT_FALSE(server.monitor->add({&repository, 1}, owners, now_)) << failing;
    EXPECT_THAT(*server.monitor->snapshot()->owners, IsEmpty()) << failing;
    EXPECT_THAT(store_.owners().value(), IsEmpty()) << failing;
    EXPECT_THAT(names(server), IsEmpty()) << failing;
  }
  store_.set_faults({});
  max_active_ = 50;
  const auto added = server.monitor->add({&repository, 1}, owners, now_);
  ASSERT_TRUE(added);
  EXPECT_EQ(added->repositories.size(), 1u);
  ASSERT_EQ(added->owners.size(), 2u);
  EXPECT_TRUE(added->owners[0].created);
  const auto again = server.monitor->add({}, owners, now_);
  EXPECT_FALSE(again->owners[0].created);
}

TEST_F(OwnersTest, what_one_request_changes_twice_is_undone_in_reverse) {
  Server& server = follow(boot(), false);
  const store::NewRepository repository{core::RepoName::parse("o/r").value(), true};
  const std::vector<NewOwner> changes = {{owner_name("org"), true, true}, {owner_name("Org"), false, {}, true}};
  store_.set_faults([](std::string_view call) {
    return call == "add_repositories" ? sim::StoreFault::kUnavailable : sim::StoreFault::kNone;
  });
  EXPECT_FALSE(server.monitor->add({&repository, 1}, changes, now_));
  EXPECT_FALSE(view(server).active);
  EXPECT_FALSE(view(server).archived);
  EXPECT_FALSE(view(server).forks);
}

TEST_F(OwnersTest, lists_wait_for_the_quota) {
  add_many(1, 50);
  max_active_ = 1;
  Server& server = follow(boot());
  run(1min);
  github_.set_remaining(0);
  add_many(51, 250);
  ASSERT_TRUE(server.monitor->ask_owner_soon("org", now_));
  run(30min);
  EXPECT_EQ(names(server).size(), 50u);
  EXPECT_EQ(pages().size(), 2u) << "one met the limit";
  EXPECT_EQ(view(server).status, RepoStatus::kOk);
  run(40min);
  EXPECT_EQ(names(server).size(), 250u);
}

TEST_F(OwnersTest, lists_and_polls_take_turns) {
  add_many(1, 1000);
  max_active_ = 20;
  follow(boot());
  run(2min);
  std::vector<bool> listing;
  for (const auto& request : github_.log().requests()) listing.push_back(request.feed.starts_with("owners/"));
  ASSERT_GE(listing.size(), 20u);
  int row = 0;
  for (std::size_t i = 1; i < 18; ++i) {
    row = listing[i] == listing[i - 1] ? row + 1 : 0;
    EXPECT_LE(row, 1) << i;
  }
}

TEST_F(OwnersTest, of_several_servers_one_asks_and_all_show_and_change) {
  add_many(1, 3);
  Server& first = boot(4);
  Server& second = boot(4);
  run(3s);
  follow(second);
  run(10s);
  for (const Server* server : {&first, &second}) {
    EXPECT_EQ(names(*server, true).size(), 3u);
    EXPECT_EQ(view(*server).status, RepoStatus::kOk);
  }
  EXPECT_THAT(pages(), ElementsAre(1));
  ASSERT_TRUE(first.monitor->set_owner_active("org", false, now_));
  run(2s);
  EXPECT_FALSE(view(second).active);
  github_.add_repository("Org/new");
  ASSERT_TRUE(first.monitor->ask_owner_soon("org", now_));
  ASSERT_TRUE(second.monitor->ask_owner_soon("org", now_));
  run(2min);
  EXPECT_THAT(names(first, false), ElementsAre("org/new"));
  EXPECT_THAT(names(second, false), ElementsAre("org/new"));
  EXPECT_THAT(pages(), ElementsAre(1, 1));
  ASSERT_TRUE(second.monitor->remove_owner("org", now_));
  run(2s);
  EXPECT_THAT(*first.monitor->snapshot()->owners, IsEmpty());
}

TEST_F(OwnersTest, another_server_goes_on_where_one_died) {
  add_many(1, 450);
  max_active_ = 1;
  Server& first = boot(1);
  run(2s);
  Server& second = boot(1);
  follow(first);
  while (pages().empty()) run(100ms);
  first.running = false;
  run(2min);
  EXPECT_EQ(names(second).size(), 450u);
  EXPECT_LE(pages().size(), 7u);
}

// A request for a list is under way, and its answer will be 304: nothing on its page has changed since.
TEST_F(OwnersTest, an_answer_to_a_reading_that_began_anew_meanwhile_is_passed_over) {
  add_many(1, 3);
  github_.add_repository("Org/old");
  github_.mark_repository("Org/old", {.archived = true});
  Server& server = follow(boot());
  run(10s);
  run_until_asked(server);
  follow(server, true, true);
  run(5min);
  EXPECT_THAT(names(server), ::testing::Contains("org/old")) << "archived ones are wanted now";

  ASSERT_TRUE(server.monitor->remove("org/r1002", now_));
  run_until_asked(server);
  ASSERT_TRUE(server.monitor->remove_owner("org", now_));
  follow(server);
  run(5min);
  EXPECT_THAT(names(server), ::testing::Contains("org/r1002")) << "an owner that is added again begins anew";
  EXPECT_TRUE(view(server).whole_at);
}

TEST_F(OwnersTest, what_is_on_the_list_under_an_earlier_name_is_not_added_once_more) {
  add_many(1, 4);
  max_active_ = 3;
  Server& server = boot();
  const std::vector<store::NewRepository> known = {{core::RepoName::parse("Org/r1003").value(), true},
                                                   {core::RepoName::parse("Org/r1004").value(), true}};
  ASSERT_TRUE(server.monitor->add(known, now_));
  for (const auto& one : known) {
    github_.add_events(one.name.full_name(), {{core::to_event_time(now_), "PushEvent", "ada", {}, {}, {}}});
  }
  run(10s);
  ASSERT_TRUE(server.monitor->set_active("org/r1004", false, now_));
  github_.move_repository("Org/r1003", "Org/later");
  github_.move_repository("Org/r1004", "Org/latest");
  run(2h);
  follow(server);
  run(25h);
  EXPECT_THAT(names(server, true), ElementsAre("org/r1001", "org/r1002", "org/r1003"));
  EXPECT_THAT(names(server, false), ElementsAre("org/r1004")) << "what a person deactivated stays so";
}

// Faults of GitHub and of the store, crashes, restarts, and a list that changes all the time: afterwards everything is
// on the list that GitHub shows and that is wanted, but for what people have removed.
class OwnersUnderFaults : public OwnersTest, public ::testing::WithParamInterface<int> {
 protected:
  OwnersUnderFaults() : OwnersTest(static_cast<std::uint64_t>(GetParam())) {}
};

TEST_P(OwnersUnderFaults, nothing_is_missing_in_the_end_and_nothing_comes_back) {
  sim::Random random(static_cast<std::uint64_t>(GetParam()) * 977);
  max_active_ = 8;
  add_many(1, static_cast<int>(random.below(230)));
  std::set<std::uint64_t> removed, deactivated, unsure, added;  // by GitHub's numbers
  int last = 1000;
  boot();
  const NewOwner wanted{owner_name("Org"), true, std::nullopt, true};
  ASSERT_TRUE(servers_[0]->monitor->add({}, {&wanted, 1}, now_));
  bool calm = false;
  const auto faults = [&](std::string_view) {
    if (calm || !random.chance(0.02)) return sim::StoreFault::kNone;
    constexpr sim::StoreFault kKinds[] = {sim::StoreFault::kUnavailable, sim::StoreFault::kCrashBefore,
                                          sim::StoreFault::kCrashAfter};
    return kKinds[random.below(3)];
  };
  const auto start_anew = [&] {
    servers_.clear();
    store_.set_faults({});
    github_.log().forget_told();  // a limit that was told just before a crash is not known any more
    boot();
    store_.set_faults(faults);
  };
  const auto guarded = [&](const auto& work) {
    try {
      work();
    } catch (const sim::Crash&) {
      start_anew();
    }
  };
  github_.set_faults(0.15);
  github_.log().set_tolerance(1min);
  store_.set_faults(faults);
  for (int round = 0; round < 40; ++round) {
    const auto all = github_.repositories();
    const std::string any = all.empty() ? "Org/none" : all[random.below(all.size())];
    const std::string listed_one = [&] {
      const auto listed = names(*servers_[0]);
      return listed.empty() ? std::string("org/none") : listed[random.below(listed.size())];
    }();
    switch (random.below(11)) {
      case 0:
      case 1:
        github_.add_repository("Org/r" + std::to_string(++last + 5000));
        break;
      case 2:
        github_.move_repository(any, "Org/renamed" + std::to_string(++last));
        break;
      case 3:
        github_.delete_repository(any);
        break;
      case 4:
        github_.mark_repository(any, {.archived = random.chance(0.5), .fork = random.chance(0.5)});
        break;
      case 5:
        guarded([&] {
          unsure.insert(github_.number_of(listed_one));  // a crash may come after it was removed
          if (servers_[0]->monitor->remove(listed_one, now_)) removed.insert(github_.number_of(listed_one));
        });
        break;
      case 6:
        guarded([&] {
          const auto view = servers_[0]->monitor->snapshot()->find(listed_one);
          if (!view || view->feed.github_id == 0) return;
          if (servers_[0]->monitor->set_active(listed_one, false, now_)) deactivated.insert(view->feed.github_id);
        });
        break;
      case 7:
        guarded([&] { (void)servers_[0]->monitor->hint(any, github_.number_of(any), {.kind = "PushEvent"}, now_); });
        break;
      case 8:
        guarded([&] { (void)servers_[0]->monitor->ask_owner_soon("org", now_); });
        break;
      case 9:
        guarded([&] {
          added.insert(github_.number_of(any));
          const store::NewRepository one{core::RepoName::parse(any).value(), false};
          (void)servers_[0]->monitor->add({&one, 1}, now_);
        });
        break;
      default:
        start_anew();
    }
    for (const Timestamp end = now_ + Millis(static_cast<std::int64_t>(random.below(4 * 3'600'000))); now_ < end;) {
      guarded([&] { run(std::min<Millis>(end - now_, 10min)); });
    }
  }
  calm = true;
  github_.set_faults(0);
  run(3 * 24h);
  const Server& server = *servers_[0];
  EXPECT_EQ(view(server).status, RepoStatus::kOk) << view(server).status_detail;
  std::set<std::uint64_t> listed;
  for (const std::string& name : names(server)) listed.insert(github_.number_of(name));
  for (const std::string& name : github_.repositories()) {
    const std::uint64_t number = github_.number_of(name);
    if (number == 0 || github_.is_archived(name) || added.contains(number)) continue;
    if (removed.contains(number)) {
      EXPECT_FALSE(listed.contains(number)) << name << " came back";
    } else if (!unsure.contains(number)) {
      EXPECT_TRUE(listed.contains(number)) << name << " is missing";
    }
  }
  EXPECT_LE(names(server, true).size(), max_active_);
  for (const std::string& name : names(server, true)) {
    const std::uint64_t number = github_.number_of(name);
    EXPECT_FALSE(deactivated.contains(number) && !added.contains(number)) << name << " was activated";
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, OwnersUnderFaults, ::testing::Range(1, 13));

}  // namespace
}  // namespace repopulse::monitor::test
