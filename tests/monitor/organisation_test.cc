// Repositories of one owner, with the store: one server and several, in virtual time.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "monitor/monitor.h"
#include "polling/fixed_policy.h"
#include "sim/memory_store.h"

namespace repopulse::monitor {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Millis;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'750'000'000)};
constexpr Millis kTick{100};
constexpr Millis kLatency{300};
constexpr Millis kInterval = 60s;

// A GitHub where `o/a`, `o/b` and `o/c` have one more event each ten seconds, and the organisation `o` shows them all.
class GitHub {
 public:
  github::HttpResponse answer(const github::HttpRequest& request, Timestamp now) {
    const std::string feed = feed_of(request.url);
    ++requests[feed];
    const std::int64_t newest = now.time_since_epoch() / 10s;
    const std::string etag = "W/\"" + std::to_string(newest) + "\"";
    if (github::header(request.headers, "if-none-match") == etag) return {304, {{"X-Poll-Interval", "60"}}, ""};
    std::string body = "[";
    for (std::int64_t tick = newest; tick > newest - 30; --tick) {
      for (int k = 0; k < 3; ++k) {
        const std::string name = std::string("o/") + "abc"[k];
        if (feed != "orgs/o" && feed != "repos/" + name) continue;
        body += (body.size() > 1 ? "," : "") + (R"({"id":")" + std::to_string(tick * 3 + k)) +
                R"(","type":"PushEvent","actor":{"login":"ada"},"repo":{"name":")" + name +
                R"("},"payload":{},"created_at":")" + core::format_rfc3339(core::event_time_from_unix(tick * 10)) +
                R"("})";
      }
    }
    return {200, {{"ETag", etag}, {"X-Poll-Interval", "60"}, {"Content-Type", "application/json"}}, body + "]"};
  }
  // `repos/o/a` of `…/repos/o/a/events?…`.
  static std::string feed_of(const std::string& url) {
    const std::size_t begin = std::min(url.find("repos/"), url.find("orgs/"));
    return url.substr(begin, url.find("/events") - begin);
  }

  std::map<std::string, int> requests;  // by feed
};

struct Server {
  std::unique_ptr<Monitor> monitor;
  bool running = true;
  std::optional<github::HttpRequest> asked;
  Timestamp answer_at{};
  Timestamp next_keep_up{};
};

class OrganisationTest : public testing::Test {
 protected:
  // Without `shards` the only server.
  Server& boot(std::optional<int> shards = std::nullopt) {
    auto server = std::make_unique<Server>();
    MonitorSettings settings;
    settings.github.token = "secret";
    settings.max_active = 50;
    if (shards) settings.replica = ReplicaSettings{"server " + std::to_string(servers_.size()), *shards};
    const polling::PolicySettings policy{kInterval / 2, {}};
    server->monitor = std::make_unique<Monitor>(store_, std::make_unique<polling::FixedPolicy>(policy), settings);
    EXPECT_TRUE(server->monitor->start(now_));
    servers_.push_back(std::move(server));
    return *servers_.back();
  }
  void step(Server& server) {
    if (now_ >= server.next_keep_up) {
      (void)server.monitor->keep_up(now_);
      server.next_keep_up = now_ + 500ms;
    }
    if (server.asked) {
      if (now_ < server.answer_at) return;
      const github::HttpRequest request = *std::exchange(server.asked, std::nullopt);
      server.monitor->absorb(github_.answer(request, now_), now_);
    }
    const Action action = server.monitor->next(now_);
    if (const auto* request = std::get_if<github::HttpRequest>(&action)) {
      server.asked = *request;
      server.answer_at = now_ + kLatency;
    }
  }
  void run(Millis span) {
    for (const Timestamp end = now_ + span; now_ < end; now_ += kTick) {
      for (const auto& server : servers_) {
        if (server->running) step(*server);
      }
      const auto asking = std::ranges::count_if(servers_, [](const auto& s) { return s->running && s->asked; });
      ASSERT_LE(asking, 1) << "one request at a time";
    }
  }
  void stop(Server& server) {
    server.running = false;
    server.asked.reset();
  }
  void add(Server& server, const std::string& name, bool active = true) {
    const store::NewRepository repository{*core::RepoName::parse(name), active};
    const auto added = server.monitor->add({&repository, 1}, now_);
    ASSERT_TRUE(added) << added.error().message;
  }
  static std::shared_ptr<const RepositoryView> view(const Server& server, const std::string& name) {
    return server.monitor->snapshot()->find(name);
  }
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

  Timestamp now_ = kStart;
  sim::MemoryStore store_;
  GitHub github_;
  std::vector<std::unique_ptr<Server>> servers_;
};

TEST_F(OrganisationTest, every_repository_tells_when_it_was_read_and_will_be_by_whichever_feed) {
  Server& server = boot();
  add(server, "o/a");
  add(server, "o/b");
  run(5min + 30s);
  const auto snapshot = server.monitor->snapshot();
  ASSERT_EQ(snapshot->organisation_feeds->size(), 1u);
  const core::FeedState& organisation = snapshot->organisation_feeds->front();
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
}  // namespace repopulse::monitor
