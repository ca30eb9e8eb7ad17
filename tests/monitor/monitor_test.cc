#include "monitor/monitor.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "polling/policy_table.h"
#include "sim/memory_store.h"

namespace repopulse::monitor {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::RepoStatus;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'750'000'000)};

std::string event_json(int id, EventTime at, const std::string& type) {
  return R"({"id":")" + std::to_string(id) + R"(","type":")" + type +
         R"(","actor":{"login":"ada"},"repo":{"name":"o/r"},)" + R"("payload":{},"public":true,"created_at":")" +
         core::format_rfc3339(at) + R"("})";
}

github::HttpResponse ok(const std::string& body, const std::string& etag) {
  return {200, {{"ETag", etag}, {"X-Poll-Interval", "60"}, {"Content-Type", "application/json; charset=utf-8"}}, body};
}

github::HttpResponse of_status(int status) {
  return {status, {{"X-Poll-Interval", "60"}}, "{\"message\":\"no\"}"};
}

// A page with `count` events, the newest at `newest`, one every ten seconds.
std::string events_body(int first_id, int count, EventTime newest) {
  std::string body = "[";
  for (int i = 0; i < count; ++i) {
    if (i > 0) body += ",";
    body += event_json(first_id + count - 1 - i, newest - i * 10s, i % 2 == 0 ? "PushEvent" : "WatchEvent");
  }
  return body + "]";
}

class MonitorTest : public testing::Test {
 protected:
  MonitorTest() { boot(); }

  // Starts a monitor on the store as it is: what a restart of the process does.
  void boot(const std::string& fingerprint = "token-a") {
    MonitorSettings settings;
    settings.github.token = "secret";
    settings.token_fingerprint = fingerprint;
    settings.max_active = 2;
    settings.retention_days = retention_days_;
    monitor_ = std::make_unique<Monitor>(store_, polling::make_policy(policy_, {300s, {}}).value(), settings);
    ASSERT_TRUE(monitor_->start(now_));
  }

  void add(const std::string& name, bool active = true) {
    const store::NewRepository repository{*core::RepoName::parse(name), active};
    const auto added = monitor_->add({&repository, 1}, now_);
    ASSERT_TRUE(added) << added.error().message;
  }

  // The request that is due now.
  github::HttpRequest ask() {
    Action action = monitor_->next(now_);
    EXPECT_TRUE(std::holds_alternative<github::HttpRequest>(action)) << "nothing is due";
    return std::holds_alternative<github::HttpRequest>(action) ? std::get<github::HttpRequest>(action)
                                                               : github::HttpRequest{};
  }
  Timestamp due() {
    const Action action = monitor_->next(now_);
    EXPECT_TRUE(std::holds_alternative<CallAgain>(action)) << "a request is due";
    return std::holds_alternative<CallAgain>(action) ? std::get<CallAgain>(action).at : now_;
  }
  void answer(github::HttpResponse response) {
    if (date_) response.headers.emplace_back("Date", core::format_http_date(core::to_event_time(now_ - clock_ahead_)));
    monitor_->absorb(response, now_);
  }
  void poll(const github::HttpResponse& response) {
    ask();
    answer(response);
  }
  std::shared_ptr<const RepositoryView> view(const std::string& name = "o/r") {
    return monitor_->snapshot()->find(name);
  }

  Timestamp now_ = kStart;
  // Ten days, ten minutes after what was before.
  void set_clock_ahead() {
    clock_ahead_ = std::chrono::days(10);
    now_ += 10min + clock_ahead_;
  }

  core::Millis clock_ahead_{0};  // how far `now_` is ahead of GitHub's clock
  bool date_ = true;             // GitHub's answers tell its time
  int retention_days_ = 0;
  std::string policy_ = "fixed";
  sim::MemoryStore store_;
  std::unique_ptr<Monitor> monitor_;
};

TEST_F(MonitorTest, stores_what_github_shows_and_folds_it_into_the_window) {
  add("o/r");
  EXPECT_EQ(view()->feed.status, RepoStatus::kPending);
  EXPECT_NE(ask().url.find("/repos/o/r/events?per_page=100"), std::string::npos);
  answer(ok(events_body(1, 10, core::to_event_time(now_)), "W/\"a\""));
  EXPECT_EQ(view("O/R")->repository.events_stored, 10u);
  EXPECT_EQ(view()->feed.status, RepoStatus::kOk);
  const core::WindowStatistics statistics = view()->window.statistics(now_);
  EXPECT_EQ(statistics.events, 10u);
  EXPECT_DOUBLE_EQ(*statistics.types.at(0).average_seconds, 20);
  EXPECT_EQ(due(), now_ + 600s);
}

TEST_F(MonitorTest, asks_with_the_validator_after_a_restart_and_keeps_the_schedule_and_the_window) {
  add("o/r");
  poll(ok(events_body(1, 10, core::to_event_time(now_)), "W/\"a\""));
  now_ += 100s;
  boot();
  EXPECT_EQ(view()->window.statistics(now_).events, 10u);
  EXPECT_EQ(due(), kStart + 600s);
  now_ = kStart + 600s;
  EXPECT_EQ(github::header(ask().headers, "if-none-match"), "W/\"a\"");
  answer(of_status(304));
  EXPECT_EQ(view()->feed.counters.not_modified, 1u);
}

TEST_F(MonitorTest, forgets_validators_and_limits_with_the_token_that_they_belong_to) {
  add("o/r");
  poll(ok(events_body(1, 10, core::to_event_time(now_)), "W/\"a\""));
  now_ = due();
  poll(of_status(401));
  EXPECT_EQ(monitor_->snapshot()->poller.condition, PollerCondition::kBadToken);
  now_ += 1s;
  boot("token-b");
  now_ += 60s;
  EXPECT_EQ(github::header(ask().headers, "if-none-match"), "") << "it belongs to the other token";
  answer(ok(events_body(1, 10, core::to_event_time(kStart)), "W/\"b\""));
  EXPECT_EQ(view()->repository.events_stored, 10u);
  EXPECT_EQ(monitor_->snapshot()->poller.condition, PollerCondition::kOk);
}

TEST_F(MonitorTest, shows_waits_that_were_brought_back_with_the_clock) {
  add("o/r");
  for (const bool restarted : {false, true}) {
    now_ = kStart + 30 * 24h;
    poll(of_status(401));
    ASSERT_GT(monitor_->snapshot()->poller.budget.blocked_until, now_);
    now_ = kStart;
    if (restarted) boot();
    due();
    EXPECT_LE(monitor_->snapshot()->poller.budget.blocked_until, kStart + 1h);
    EXPECT_LE(view()->feed.next_poll_at, kStart + 1h);
  }
}

TEST_F(MonitorTest, sends_a_renewed_token_at_once_and_remembers_whose_validators_it_has) {
  add("o/r");
  poll(ok(events_body(1, 10, core::to_event_time(now_)), "W/\"a\""));
  now_ = due();
  poll(of_status(401));
  now_ += 1s;
  monitor_->renew_token("another", "token-b", now_);
  EXPECT_NE(monitor_->snapshot()->poller.condition, PollerCondition::kBadToken);
  now_ = due();
  EXPECT_LE(now_, kStart + 600s + 60s);
  EXPECT_EQ(github::header(ask().headers, "authorization"), "Bearer another");
  answer(ok(events_body(1, 10, core::to_event_time(kStart)), "W/\"b\""));
  now_ += 1s;
  boot("token-b");
  now_ = due();
  EXPECT_EQ(github::header(ask().headers, "if-none-match"), "W/\"b\"");
}

TEST_F(MonitorTest, another_token_wakes_what_the_last_one_was_not_shown) {
  for (const int status : {403, 404}) {
    add("o/r" + std::to_string(status));
    poll(of_status(status));
  }
  EXPECT_GT(due(), now_ + 300s);
  now_ += 1s;
  monitor_->renew_token("another", "token-b", now_);
  EXPECT_LE(due(), now_ + 60s) << "the floor";
  now_ = due();
  for (const int status : {403, 404}) {
    EXPECT_EQ(github::header(ask().headers, "authorization"), "Bearer another");
    answer(of_status(status));
  }
  now_ += 1s;
  boot("token-b");
  EXPECT_GT(due(), now_ + 300s) << "the same token is refused for longer";
  boot("token-c");
  EXPECT_LE(due(), now_ + 60s);
}

TEST_F(MonitorTest, a_refusal_of_the_last_token_says_nothing_about_the_present_one) {
  add("o/r");
  for (const int status : {401, 403, 404}) {
    ask();
    monitor_->renew_token("another" + std::to_string(status), "token-b", now_);
    answer(of_status(status));
    EXPECT_EQ(monitor_->snapshot()->poller.budget.bad_token, false);
    EXPECT_LE(due(), now_ + 60s);
    now_ = due();
  }
}

TEST_F(MonitorTest, a_304_that_nobody_asked_for_is_a_failure) {
  add("o/r");
  for (int i = 1; i < 4; ++i) {
    poll(of_status(304));
    EXPECT_EQ(view()->feed.status, RepoStatus::kFailing);
    EXPECT_EQ(view()->feed.failures_in_a_row, i);
    EXPECT_EQ(view()->feed.counters.not_modified, 0u);
    now_ = due();
  }
}

TEST_F(MonitorTest, follows_redirects_through_a_proxy_once_answers_told_what_it_stands_for) {
  add("o/r");
  github::HttpResponse first = ok(events_body(1, 10, core::to_event_time(now_)), "W/\"a\"");
  first.headers.emplace_back("Link", "<https://ghe.example/api/v3/repositories/7/events?page=2>; rel=\"next\"");
  poll(first);
  poll(ok("[]", "W/\"b\""));
  now_ = due();
  github::HttpResponse moved = of_status(301);
  moved.headers.emplace_back("Location", "https://ghe.example/api/v3/repositories/7/events");
  poll(moved);
  EXPECT_NE(ask().url.find("/repositories/7/events"), std::string::npos);
}

TEST_F(MonitorTest, keeps_an_answer_until_the_store_takes_it_and_asks_nothing_meanwhile) {
  add("o/r");
  add("o/s");
  ask();
  store_.fail_next(1'000'000);
  answer(ok(events_body(1, 10, core::to_event_time(now_)), "W/\"a\""));
  EXPECT_FALSE(monitor_->snapshot()->store_ok);
  EXPECT_EQ(monitor_->snapshot()->poller.condition, PollerCondition::kStoreAway);
  for (int i = 0; i < 20; ++i) now_ = due();
  EXPECT_LE(due() - now_, 30s);
  EXPECT_EQ(view()->repository.events_stored, 0u);
  store_.fail_next(0);
  now_ = due();
  EXPECT_NE(ask().url.find("/o/s/"), std::string::npos) << "the store is back: the next repository is asked";
  EXPECT_EQ(view()->repository.events_stored, 10u);
  EXPECT_TRUE(monitor_->snapshot()->store_ok);
}

TEST_F(MonitorTest, loses_and_doubles_nothing_whatever_call_to_the_store_the_process_dies_in) {
  for (const sim::StoreFault fault : {sim::StoreFault::kCrashBefore, sim::StoreFault::kCrashAfter}) {
    for (int nth = 0; nth < 12; ++nth) {
      const std::string name = "o/r" + std::to_string(nth) + (fault == sim::StoreFault::kCrashAfter ? "a" : "b");
      int calls = 0;
      const auto live = [&] {
        if (!view(name)) add(name);
        if (!view(name)->repository.active) (void)monitor_->set_active(name, true, now_);
        for (int rounds = 0; rounds < 10 && view(name)->repository.events_stored < 10; ++rounds) {
          Action action = monitor_->next(now_);
          if (const auto* wait = std::get_if<CallAgain>(&action)) {
            now_ = std::max(now_, std::min(wait->at, now_ + 1h));
            continue;
          }
          monitor_->absorb(ok(events_body(1, 10, core::to_event_time(kStart)), "W/\"a\""), now_);
        }
      };
      store_.set_faults([&](std::string_view) { return calls++ == nth ? fault : sim::StoreFault::kNone; });
      try {
        live();
      } catch (const sim::Crash&) {
        store_.set_faults({});
        boot();
        live();
      }
      store_.set_faults({});
      ASSERT_TRUE(view(name)) << name;
      EXPECT_EQ(view(name)->repository.events_stored, 10u) << name;
      EXPECT_EQ(store_.events(view(name)->repository.id, {}, 0, 100)->json.size(), 10u) << name;
      EXPECT_EQ(view(name)->window.statistics(kStart).events, 10u) << name;
      ASSERT_TRUE(monitor_->remove(name, now_));
    }
  }
}

// Thousands of histories take minutes to read and to learn: nothing waits for that, and each is learned before its feed
// is asked.
TEST_F(MonitorTest, asks_what_is_due_at_its_start_and_learns_while_nothing_is) {
  policy_ = "adaptive";
  boot();
  for (const std::string name : {"o/a", "p/b"}) {
    add(name);
    poll(ok(events_body(name == "o/a" ? 1 : 100, 10, core::to_event_time(now_)), "W/\"a\""));
    now_ += 30s;
  }
  now_ = std::min(view("o/a")->feed.next_poll_at.value(), view("p/b")->feed.next_poll_at.value());
  int read = 0;
  bool away = false;
  store_.set_faults([&](std::string_view call) {
    if (call != "arrivals") return sim::StoreFault::kNone;
    ++read;
    return away ? sim::StoreFault::kUnavailable : sim::StoreFault::kNone;
  });
  boot();
  EXPECT_EQ(read, 0) << "a start reads no history";
  const std::string first = ask().url;
  EXPECT_EQ(read, 1) << "the one that is asked";
  answer(of_status(304));
  away = true;
  EXPECT_EQ(due(), now_) << "it wants to be called again, to learn the other";
  EXPECT_EQ(read, 2);
  EXPECT_GT(due(), now_) << "but not while the store does not give the history";
  EXPECT_EQ(read, 2);
  now_ = due();
  away = false;
  EXPECT_EQ(due(), now_);
  EXPECT_EQ(read, 3);
  EXPECT_GT(due(), now_) << "all is learned";
  now_ = due();
  EXPECT_NE(ask().url, first);
  EXPECT_EQ(read, 3);
}

TEST_F(MonitorTest, asks_though_the_store_does_not_give_the_history) {
  policy_ = "adaptive";
  boot();
  add("o/r");
  poll(ok(events_body(1, 10, core::to_event_time(now_)), "W/\"a\""));
  now_ = view()->feed.next_poll_at.value();
  store_.set_faults([](std::string_view call) {
    return call == "arrivals" ? sim::StoreFault::kUnavailable : sim::StoreFault::kNone;
  });
  boot();
  poll(of_status(304));
  EXPECT_GT(due(), now_ + 59s) << "it learned from the window, and nothing is left to learn";
}

TEST_F(MonitorTest, drops_the_answer_for_a_repository_that_was_removed_meanwhile) {
  add("o/r");
  ask();
  ASSERT_TRUE(monitor_->remove("o/r", now_));
  answer(ok(events_body(1, 10, core::to_event_time(now_)), "W/\"a\""));
  EXPECT_FALSE(view());
  EXPECT_EQ(due(), Timestamp::max());
}

TEST_F(MonitorTest, limits_how_many_are_active_and_adds_all_or_none) {
  const std::vector<store::NewRepository> three = {{*core::RepoName::parse("o/a"), true},
                                                   {*core::RepoName::parse("o/b"), true},
                                                   {*core::RepoName::parse("o/c"), true}};
  const auto refused = monitor_->add(three, now_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, core::ErrorKind::kConflict);
  EXPECT_TRUE(monitor_->snapshot()->repositories.empty());
  const auto taken = monitor_->add(std::span(three).first(2), now_);
  ASSERT_TRUE(taken);
  EXPECT_TRUE(taken->at(0).created);
  EXPECT_TRUE(taken->at(0).repository.active);
  const auto again = monitor_->add(std::span(three).first(2), now_);
  ASSERT_TRUE(again) << "they count once";
  EXPECT_FALSE(again->at(0).created);
  add("o/c", false);
  EXPECT_EQ(monitor_->set_active("o/c", true, now_).error().kind, core::ErrorKind::kConflict);
  ASSERT_TRUE(monitor_->set_active("O/A", false, now_));
  EXPECT_TRUE(monitor_->set_active("o/c", true, now_));
  EXPECT_TRUE(monitor_->set_active("o/c", true, now_)) << "idempotent";
  EXPECT_EQ(monitor_->set_active("o/x", true, now_).error().kind, core::ErrorKind::kNotFound);
  EXPECT_EQ(monitor_->remove("o/x", now_).error().kind, core::ErrorKind::kNotFound);
}

TEST_F(MonitorTest, changes_nothing_when_the_store_fails_in_an_adding_that_activates_as_well) {
  add("o/asleep", false);
  const std::vector<store::NewRepository> wanted = {{*core::RepoName::parse("o/new"), true},
                                                    {*core::RepoName::parse("o/asleep"), true}};
  for (int nth = 0;; ++nth) {
    ASSERT_LT(nth, 10) << "it never succeeded";
    int calls = 0;
    store_.set_faults([&calls, nth](std::string_view) {
      return calls++ == nth ? sim::StoreFault::kUnavailable : sim::StoreFault::kNone;
    });
    const auto added = monitor_->add(wanted, now_);
    store_.set_faults({});
    if (added) {
      EXPECT_GE(nth, 1) << "all is written in one call";
      break;
    }
    EXPECT_EQ(store_.repositories()->size(), 1u) << "call " << nth << " failed";
    EXPECT_FALSE(store_.repositories()->front().active) << "call " << nth << " failed";
    EXPECT_EQ(monitor_->snapshot()->repositories.size(), 1u);
    EXPECT_FALSE(view("o/asleep")->repository.active);
    EXPECT_EQ(due(), Timestamp::max()) << "nothing is active";
  }
  EXPECT_TRUE(view("o/asleep")->repository.active);
  EXPECT_TRUE(view("o/new")->repository.active);
  EXPECT_EQ(store_.repositories()->size(), 2u);
  EXPECT_TRUE(store_.repositories()->front().active);
  now_ += 2s;
  EXPECT_NE(ask().url.find("/repos/o/"), std::string::npos) << "both are asked at once";
}

TEST_F(MonitorTest, goes_on_where_it_stopped_when_a_repository_is_activated_again) {
  add("o/r");
  poll(ok(events_body(1, 10, core::to_event_time(now_)), "W/\"a\""));
  ASSERT_TRUE(monitor_->set_active("o/r", false, now_));
  EXPECT_FALSE(view()->feed.next_poll_at);
  EXPECT_EQ(due(), Timestamp::max());
  now_ += 3h;
  ASSERT_TRUE(monitor_->set_active("o/r", true, now_));
  EXPECT_EQ(github::header(ask().headers, "if-none-match"), "W/\"a\"");
}

TEST_F(MonitorTest, tells_subscribers_after_storing) {
  std::vector<std::string> heard;
  Subscriber subscriber;
  subscriber.on_event = [&](const store::StoredEvent& event, const core::RepoName& name) {
    heard.push_back("event " + name.full_name() + " " + std::to_string(event.event.key.id));
    EXPECT_FALSE(event.event.json.empty());
    EXPECT_GT(event.sequence, 0);
  };
  subscriber.on_statistics = [&](const auto& changed) {
    heard.push_back("stats " + std::to_string(changed->window.stored()));
  };
  subscriber.on_poll = [&](const PollReport& report) { heard.push_back("poll " + report.outcome); };
  const auto subscription = monitor_->subscribe(subscriber);
  add("o/r");
  poll(ok(events_body(1, 2, core::to_event_time(now_)), "W/\"a\""));
  EXPECT_EQ(heard, (std::vector<std::string>{"event o/r 2", "event o/r 1", "stats 2", "poll events"}));
  now_ = due();
  monitor_->unsubscribe(subscription);
  poll(of_status(304));
  EXPECT_EQ(heard.size(), 4u);
}

TEST_F(MonitorTest, deletes_what_is_older_than_the_retention) {
  retention_days_ = 3;
  boot();
  add("o/r");
  poll(ok(events_body(1, 10, core::to_event_time(now_)), "W/\"a\""));
  now_ += std::chrono::days(2);
  poll(ok(events_body(11, 5, core::to_event_time(now_)), "W/\"b\""));
  EXPECT_EQ(view()->repository.events_stored, 15u);
  EXPECT_EQ(view()->window.statistics(now_).events, 15u);
  now_ += std::chrono::days(1) + 1h;
  (void)monitor_->next(now_);
  EXPECT_EQ(view()->repository.events_stored, 15u) << "GitHub has not told the time for a day";
  answer(of_status(304));
  (void)monitor_->next(now_);
  EXPECT_EQ(view()->repository.events_stored, 5u);
  EXPECT_EQ(view()->window.statistics(now_).events, 5u) << "a window never shows what the store has not";
}

TEST_F(MonitorTest, what_the_retention_would_delete_is_not_stored_again) {
  retention_days_ = 3;
  boot();
  int told = 0;
  Subscriber subscriber;
  subscriber.on_event = [&](const auto&, const auto&) { ++told; };
  monitor_->subscribe(subscriber);
  add("o/r");
  const auto old = events_body(1, 10, core::to_event_time(now_ - std::chrono::days(4)));
  const auto feed_at = [&](Timestamp newest) {  // five events of now, before the old ones
    std::string body = events_body(11, 5, core::to_event_time(newest));
    body.back() = ',';
    return body + old.substr(1);
  };
  const Timestamp begin = now_;
  poll(ok(feed_at(begin), "W/\"a\""));
  EXPECT_EQ(view()->repository.events_stored, 5u);
  now_ = due();
  poll(ok(feed_at(begin), "W/\"b\""));
  EXPECT_EQ(view()->repository.events_stored, 5u);
  now_ += std::chrono::days(3) + 1h;
  poll(of_status(304));
  now_ = due();
  EXPECT_EQ(view()->repository.events_stored, 0u);
  poll(ok(feed_at(begin), "W/\"c\""));
  EXPECT_EQ(view()->repository.events_stored, 0u) << "what was deleted came back";
  EXPECT_TRUE(view()->repository.gaps.empty());
  EXPECT_EQ(told, 5);
}

TEST_F(MonitorTest, a_clock_that_is_ahead_deletes_nothing_and_its_windows_are_those_of_github) {
  retention_days_ = 1;
  boot();
  add("o/r");
  poll(ok(events_body(1, 10, core::to_event_time(now_)), "W/\"a\""));
  set_clock_ahead();
  boot();
  EXPECT_EQ(monitor_->snapshot()->poller.clock_skew, std::nullopt);
  poll(ok(events_body(1, 11, core::to_event_time(kStart) + 10s), "W/\"b\""));
  now_ = due();
  EXPECT_EQ(view()->repository.events_stored, 11u) << "one more, and none was deleted";
  const auto skew = monitor_->snapshot()->poller.clock_skew;
  ASSERT_TRUE(skew);
  EXPECT_LE(std::chrono::abs(*skew - clock_ahead_), 1s);
  EXPECT_EQ(view()->window.statistics(core::corrected(skew, now_)).events, 11u);
  EXPECT_EQ(view()->window.statistics(now_).events, 0u);
}

TEST_F(MonitorTest, a_clock_that_jumps_ahead_deletes_nothing) {
  retention_days_ = 1;
  boot();
  add("o/r");
  poll(ok(events_body(1, 10, core::to_event_time(now_)), "W/\"a\""));
  set_clock_ahead();
  ask();
  EXPECT_EQ(view()->repository.events_stored, 10u);
  EXPECT_EQ(monitor_->snapshot()->poller.clock_skew, std::nullopt) << "what was measured is not true any more";
  answer(of_status(304));
  (void)monitor_->next(now_);
  EXPECT_EQ(view()->repository.events_stored, 10u);
}

TEST_F(MonitorTest, nothing_is_deleted_while_nobody_confirms_the_clock) {
  retention_days_ = 1;
  date_ = false;
  boot();
  add("o/r");
  poll(ok(events_body(1, 10, core::to_event_time(now_ - std::chrono::days(3))), "W/\"a\""));
  EXPECT_EQ(view()->repository.events_stored, 10u);
  now_ = due();
  EXPECT_EQ(view()->repository.events_stored, 10u);
  date_ = true;
  github::HttpResponse cached = of_status(304);
  cached.headers.emplace_back("Age", "30");
  poll(cached);
  now_ = due();
  EXPECT_EQ(view()->repository.events_stored, 10u) << "a cache tells an old time";
  poll(of_status(304));
  (void)monitor_->next(now_);
  EXPECT_EQ(view()->repository.events_stored, 0u);
}

TEST_F(MonitorTest, a_date_that_a_proxy_wrote_tells_nothing) {
  add("o/r");
  for (const int status : {502, 407, 302}) {
    poll(of_status(status));
    now_ += 1h;
    EXPECT_EQ(monitor_->snapshot()->poller.clock_skew, std::nullopt) << status;
  }
}

TEST_F(MonitorTest, a_clock_that_is_behind_shows_the_newest_events_once_github_has_told_the_time) {
  add("o/r");
  store::RepositoryEvents many{view()->repository.id, {}};
  for (std::uint64_t id = 1; id <= 1200; ++id) {  // more than are held beside a window
    core::Event& event = many.events.emplace_back();
    event.key = {id, core::to_event_time(kStart) + core::Seconds(id)};
    event.type = "PushEvent";
    event.json = "{}";
  }
  ASSERT_TRUE(store_.commit({.events = {many}, .feeds = {}, .gaps = {}, .notes = {}, .fence = {}}));
  const EventTime newest = core::to_event_time(kStart) + 1200s;
  now_ = kStart - std::chrono::days(10);
  boot();
  EXPECT_EQ(view()->window.statistics(now_).events, 0u) << "all are ahead";
  EXPECT_EQ(view()->repository.last_event_at, std::nullopt);
  clock_ahead_ = now_ - (kStart + 2h);
  store_.set_faults([](std::string_view call) {
    return call.starts_with("visit_newest") ? sim::StoreFault::kUnavailable : sim::StoreFault::kNone;
  });
  poll(ok(events_body(1200, 1, newest), "W/\"a\""));
  store_.set_faults({});
  now_ = due();
  (void)monitor_->next(now_);
  now_ = due();
  poll(of_status(304));
  const Timestamp told = core::corrected(monitor_->snapshot()->poller.clock_skew, now_);
  EXPECT_EQ(view()->window.statistics(told).events, 500u);
  EXPECT_EQ(view()->window.newest(told), newest);
  EXPECT_EQ(view()->repository.last_event_at, newest);
}

TEST_F(MonitorTest, measures_how_long_events_waited_but_not_those_of_a_first_contact) {
  std::vector<PollReport> polls;
  Subscriber subscriber;
  subscriber.on_poll = [&](const PollReport& report) { polls.push_back(report); };
  monitor_->subscribe(subscriber);
  add("o/r");
  poll(ok(events_body(1, 10, core::to_event_time(now_)), "W/\"a\""));
  EXPECT_EQ(monitor_->snapshot()->poller.staleness_count, 0u);
  now_ = due();
  poll(ok("[" + event_json(99, core::to_event_time(now_ - 120s), "PushEvent") + "," +
              events_body(1, 10, core::to_event_time(kStart)).substr(1),
          "W/\"b\""));
  EXPECT_EQ(monitor_->snapshot()->poller.staleness_count, 1u);
  EXPECT_DOUBLE_EQ(monitor_->snapshot()->poller.staleness_mean_seconds, 120);
  ASSERT_EQ(polls.size(), 2u);
  EXPECT_TRUE(polls[0].waits.empty());
  EXPECT_EQ(polls[1].waits, std::vector<core::Millis>{120s});
}

TEST_F(MonitorTest, a_changed_payload_under_a_known_id_is_nothing_new) {
  add("o/r");
  poll(ok(events_body(1, 3, core::to_event_time(kStart)), "W/\"a\""));
  now_ = due();
  std::string changed = events_body(1, 3, core::to_event_time(kStart));
  changed.replace(changed.find("{}"), 2, "{\"action\":\"edited\"}");
  poll(ok(changed, "W/\"b\""));
  EXPECT_EQ(view()->repository.events_stored, 3u);
  EXPECT_EQ(store_.events(view()->repository.id, {}, 0, 100)->json.at(0).find("edited"), std::string::npos)
      << "an event stays the bytes that came first";
}

TEST_F(MonitorTest, says_so_when_nobody_answers) {
  add("o/r");
  ask();
  monitor_->absorb(tl::unexpected(github::TransportError{github::TransportFailure::kTimeout, "timed out"}), now_);
  EXPECT_EQ(view()->feed.status, RepoStatus::kFailing);
  EXPECT_EQ(monitor_->snapshot()->poller.condition, PollerCondition::kBackingOff);
  EXPECT_GT(due(), now_);
}

// --- a repository is GitHub's number ---

std::string numbered(std::string body, int number) {
  const std::string before = R"("repo":{"name")";
  const std::string after = R"("repo":{"id":)" + std::to_string(number) + R"(,"name")";
  for (auto at = body.find(before); at != std::string::npos; at = body.find(before, at + after.size())) {
    body.replace(at, before.size(), after);
  }
  return body;
}

TEST_F(MonitorTest, ANameGivenToAnotherRepositoryBeginsAnew) {
  add("o/r");
  const EventTime old_newest = core::to_event_time(now_) - 3600s;
  poll(ok(numbered(events_body(1, 5, old_newest), 1), "a"));
  EXPECT_EQ(monitor_->snapshot()->find("o/r")->feed.github_id, 1U);
  now_ += 24h;
  const EventTime newest = core::to_event_time(now_) - 60s;
  poll(ok(numbered(events_body(100, 3, newest), 2), "b"));

  for (int boots = 0; boots < 2; ++boots) {  // and after a restart
    const auto view = monitor_->snapshot()->find("o/r");
    EXPECT_EQ(view->feed.github_id, 2U);
    EXPECT_EQ(view->feed.status, RepoStatus::kReplaced);
    EXPECT_NE(view->feed.status_detail.find("another repository"), std::string::npos);
    EXPECT_EQ(view->repository.events_stored, 8U);
    EXPECT_EQ(view->window.statistics(now_).events, 3U);
    EXPECT_EQ(view->repository.gaps, (std::vector{core::Gap{old_newest, newest - 20s}}));
    boot();
  }
}

TEST_F(MonitorTest, ARepositoryWithOlderEventsMayTakeAName) {
  add("o/r");
  const EventTime old_newest = core::to_event_time(now_) - 600s;
  poll(ok(numbered(events_body(1, 5, old_newest), 1), "a"));
  now_ += 1h;
  poll(ok(numbered(events_body(100, 4, old_newest - 5s), 2), "b"));

  for (int boots = 0; boots < 2; ++boots) {
    const auto view = monitor_->snapshot()->find("o/r");
    EXPECT_EQ(view->window.statistics(now_).events, 4U);
    EXPECT_EQ(view->repository.gaps, (std::vector{core::Gap{old_newest, core::to_event_time(now_)}}));
    boot();
  }
}

TEST_F(MonitorTest, TwoNamesOfOneRepositoryArePolledOnce) {
  add("o/old");
  add("o/new");
  const EventTime newest = core::to_event_time(now_) - 60s;
  poll(ok(numbered(events_body(1, 3, newest), 7), "a"));
  poll(ok(numbered(events_body(1, 3, newest), 7), "a"));
  EXPECT_EQ(monitor_->snapshot()->find("o/old")->same_as, "");
  EXPECT_EQ(monitor_->snapshot()->find("o/new")->same_as, "o/old");
  boot();
  EXPECT_EQ(monitor_->snapshot()->find("o/new")->same_as, "o/old");
  now_ += 24h;
  EXPECT_NE(ask().url.find("/o/old/"), std::string::npos);
  answer(ok(numbered(events_body(1, 3, newest), 7), "a"));
  EXPECT_GT(due(), now_);

  ASSERT_TRUE(monitor_->set_active("o/old", false, now_));  // then the second is polled again
  EXPECT_EQ(monitor_->snapshot()->find("o/new")->same_as, "");
  EXPECT_NE(ask().url.find("/o/new/"), std::string::npos);
}

TEST_F(MonitorTest, AStoreWithoutNumbersLearnsThemAndInventsNoReplacement) {
  add("o/r");
  const EventTime newest = core::to_event_time(now_) - 60s;
  poll(ok(events_body(1, 3, newest), "a"));
  EXPECT_EQ(monitor_->snapshot()->find("o/r")->feed.github_id, 0U);
  now_ += 24h;
  poll(ok(numbered(events_body(1, 4, newest + 10s), 1), "b"));
  const auto view = monitor_->snapshot()->find("o/r");
  EXPECT_EQ(view->feed.github_id, 1U);
  EXPECT_EQ(view->feed.status, RepoStatus::kOk);
  EXPECT_TRUE(view->repository.gaps.empty());
  EXPECT_EQ(view->window.statistics(now_).events, 4U);
}

}  // namespace
}  // namespace repopulse::monitor
