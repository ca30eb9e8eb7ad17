#include "monitor/spending.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace repopulse::monitor {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Timestamp;

constexpr Timestamp kNow{std::chrono::seconds(1'749'996'000)};  // 14:00:00
const std::string kOne = "repos/o/one";
const std::string kTwo = "repos/o/two";

Spending spending_since(Timestamp start) {
  Spending spending(300s, {});
  spending.start(start);
  return spending;
}

Spent request(std::uint64_t events = 0) {
  Spent spent;
  spent.requests = 1;
  spent.quota_spent = events > 0 ? 1 : 0;
  spent.not_modified = events > 0 ? 0 : 1;
  spent.events = events;
  return spent;
}

Spent probe(std::uint64_t points) {
  Spent spent;
  spent.requests = 1;
  spent.points_spent = points;
  spent.told = 2;
  return spent;
}

SpentShare share_of(const SpendingView& view, const std::string& feed) {
  for (const auto& [name, share] : view.repositories) {
    if (name == feed) return share;
  }
  ADD_FAILURE() << feed << " is not there";
  return {};
}

TEST(Spending, a_shared_request_is_shared_by_the_events_that_it_brought) {
  Spending spending = spending_since(kNow);
  const std::vector<std::string> both = {kOne, kTwo};
  spending.ask_shared("orgs/o", request(4), {{kOne, 3}, {kTwo, 1}}, both, kNow);
  const SpendingView view = spending.view(false, kNow);
  EXPECT_DOUBLE_EQ(share_of(view, kOne).shared, 0.75);
  EXPECT_DOUBLE_EQ(share_of(view, kTwo).shared, 0.25);
  EXPECT_DOUBLE_EQ(share_of(view, kOne).quota_spent, 0.75);
  EXPECT_EQ(share_of(view, kOne).events, 3u);
  EXPECT_EQ(view.sources.at("orgs/o").events, 4u);
  EXPECT_EQ(view.all.requests, 1u);
}

TEST(Spending, one_that_brought_nothing_is_shared_in_equal_parts) {
  Spending spending = spending_since(kNow);
  const std::vector<std::string> both = {kOne, kTwo};
  spending.ask_shared("orgs/o", request(), {}, both, kNow);
  spending.ask_probe(probe(3), both, kNow);
  const SpendingView view = spending.view(false, kNow);
  for (const std::string& feed : both) {
    EXPECT_DOUBLE_EQ(share_of(view, feed).shared, 0.5);
    EXPECT_DOUBLE_EQ(share_of(view, feed).probes, 0.5);
    EXPECT_DOUBLE_EQ(share_of(view, feed).points_spent, 1.5);
  }
  EXPECT_EQ(view.sources.at("probes").told, 2u);
  EXPECT_EQ(view.all.points_spent, 3u);
}

TEST(Spending, what_was_for_no_repository_and_for_one_that_left_is_told_apart) {
  Spending spending = spending_since(kNow);
  spending.ask_shared("orgs/o", request(), {}, {}, kNow);
  spending.ask_own(kOne, request(), kNow);
  spending.ask_own(kTwo, request(), kNow);
  spending.stop(kOne, kNow + 1s);
  const SpendingView view = spending.view(false, kNow + 2s);
  EXPECT_EQ(view.repositories.size(), 1u);
  EXPECT_DOUBLE_EQ(view.others.own, 1);
  EXPECT_DOUBLE_EQ(view.others.shared, 1);
}

TEST(Spending, a_day_is_kept_and_begins_with_an_hour) {
  Spending spending = spending_since(kNow - 48h);
  spending.ask_own(kOne, request(), kNow - 23h - 1ms);
  spending.ask_own(kOne, request(), kNow - 23h);
  EXPECT_EQ(spending.view(false, kNow - 23h).all.requests, 2u);
  const SpendingView view = spending.view(false, kNow + 59min);
  EXPECT_EQ(view.since, kNow - 23h);
  EXPECT_EQ(view.all.requests, 1u);
  EXPECT_DOUBLE_EQ(share_of(view, kOne).own, 1);
  EXPECT_EQ(spending.view(false, kNow + 24h).all.requests, 0u);
  EXPECT_TRUE(spending.view(false, kNow + 24h).repositories.empty());
}

TEST(Spending, since_the_start_if_that_is_later) {
  Spending spending = spending_since(kNow + 20min);
  EXPECT_EQ(spending.view(false, kNow + 30min).since, kNow + 20min);
}

EventTime event_at(Timestamp at) {
  return core::to_event_time(at);
}

TEST(Spending, an_event_in_the_second_of_the_first_read_counts) {
  Spending spending = spending_since(kNow + 200ms);
  spending.read(kOne, kNow + 500ms, core::Window());
  spending.hear(kOne, event_at(kNow + 900ms), 2s);
  const SpendingView view = spending.view(false, kNow + 1h);
  EXPECT_EQ(view.events, 1u);
  EXPECT_DOUBLE_EQ(view.staleness_mean, 2);
  EXPECT_EQ(spending.view(false, kNow - 1h + 300ms).since, kNow - 1h) << "the clock went back";
}

TEST(Spending, an_event_that_comes_between_the_pages_of_the_first_read_counts) {
  Spending spending = spending_since(kNow);
  for (const auto page : {800ms, 1100ms, 1400ms}) spending.begin(kOne, kNow + page);
  spending.read(kOne, kNow + 1400ms, core::Window());
  spending.hear(kOne, event_at(kNow + 900ms), 2s);
  EXPECT_EQ(spending.view(false, kNow + 1h).events, 1u);
}

TEST(Spending, events_from_before_the_first_read_say_nothing_of_polling) {
  Spending spending = spending_since(kNow);
  spending.hear(kOne, event_at(kNow + 1s), 9h);  // not read yet
  spending.read(kOne, kNow + 60s, core::Window());
  spending.hear(kOne, event_at(kNow + 30s), 9h);
  EXPECT_EQ(spending.view(false, kNow + 70s).events, 0u);
  spending.hear(kOne, event_at(kNow + 80s), 40s);
  spending.hear(kOne, event_at(kNow + 70s), 50s);
  const SpendingView view = spending.view(false, kNow + 120s);
  EXPECT_EQ(view.events, 2u);
  EXPECT_DOUBLE_EQ(view.staleness_mean, 45);
}

TEST(Spending, the_alternatives_are_as_fresh_every_minute_and_the_baseline) {
  Spending spending = spending_since(kNow);
  EXPECT_TRUE(spending.view(false, kNow).alternatives.empty()) << "nothing is polled yet";
  spending.read(kOne, kNow, core::Window());
  for (int i = 1; i <= 10; ++i) spending.hear(kOne, event_at(kNow + i * 1h), 300s);
  spending.read(kOne, kNow + 12h, core::Window());
  const SpendingView view = spending.view(false, kNow + 12h);
  ASSERT_EQ(view.alternatives.size(), 3u);
  const Alternative& as_fresh = view.alternatives[0];
  EXPECT_EQ(as_fresh.policy, "fixed");
  EXPECT_EQ(as_fresh.interval, 600s);
  EXPECT_DOUBLE_EQ(as_fresh.requests, 72);
  EXPECT_DOUBLE_EQ(as_fresh.quota_spent, 10);
  EXPECT_DOUBLE_EQ(*as_fresh.staleness_mean, view.staleness_mean);
  const Alternative& every_minute = view.alternatives[1];
  EXPECT_EQ(every_minute.interval, 60s);
  EXPECT_DOUBLE_EQ(every_minute.requests, 720);
  EXPECT_DOUBLE_EQ(every_minute.quota_spent, 10) << "304s are free";
  const Alternative& mean = view.alternatives[2];
  EXPECT_EQ(mean.policy, "mean");
  EXPECT_FALSE(mean.interval);
  EXPECT_GT(mean.requests, 2) << "without history it asks after 6 h, then after about an hour";
  EXPECT_LT(mean.requests, 12);
  EXPECT_GT(*mean.staleness_mean, 60);
  EXPECT_DOUBLE_EQ(spending.view(true, kNow + 12h).alternatives[1].quota_spent, 720) << "without a token each counts";
}

TEST(Spending, no_fixed_interval_is_fresher_than_every_minute) {
  Spending spending = spending_since(kNow);
  spending.read(kOne, kNow, core::Window());
  spending.hear(kOne, event_at(kNow + 100s), 5s);
  const SpendingView view = spending.view(false, kNow + 1h);
  ASSERT_EQ(view.alternatives.size(), 2u);
  EXPECT_EQ(view.alternatives[0].interval, 60s);
}

TEST(Spending, a_repository_that_is_not_polled_any_more_costs_no_alternative_anything) {
  Spending spending = spending_since(kNow);
  spending.read(kOne, kNow, core::Window());
  spending.read(kTwo, kNow, core::Window());
  spending.stop(kTwo, kNow + 30min);
  const SpendingView view = spending.view(false, kNow + 1h);
  EXPECT_DOUBLE_EQ(view.alternatives[0].requests, 90);
}

// Every request is found again, whole, among the shares.
RC_GTEST_PROP(Spending, the_shares_add_up_to_what_was_sent, ()) {
  Spending spending = spending_since(kNow);
  const std::vector<std::string> feeds = {"repos/o/a", "repos/o/b", "repos/o/c", "repos/p/d", "repos/p/e"};
  Timestamp now = kNow;
  const int acts = *rc::gen::inRange(1, 60);
  for (int i = 0; i < acts; ++i) {
    now += std::chrono::minutes(*rc::gen::inRange(0, 90));
    std::vector<std::string> some;
    for (const std::string& feed : feeds) {
      if (*rc::gen::arbitrary<bool>()) some.push_back(feed);
    }
    const int kind = *rc::gen::inRange(0, 6);
    if (kind == 0) {
      spending.ask_own(feeds[static_cast<std::size_t>(*rc::gen::inRange(0, 5))], request(1), now);
    } else if (kind == 1) {
      spending.ask_probe(probe(3), some, now);
    } else if (kind == 2) {
      spending.stop(feeds[static_cast<std::size_t>(*rc::gen::inRange(0, 5))], now);
    } else if (kind == 3) {
      spending.ask_shared("users/w", request(), {}, some, now);
    } else {
      std::map<std::string, std::size_t> brought;
      std::size_t events = 0;
      for (const std::string& feed : some) events += brought[feed] = static_cast<std::size_t>(*rc::gen::inRange(1, 9));
      spending.ask_shared("orgs/o", request(events), brought, feeds, now);
    }
    const SpendingView view = spending.view(false, now);
    SpentShare sum = view.others;
    for (const auto& [feed, share] : view.repositories) sum += share;
    Spent sources;
    for (const auto& [name, spent] : view.sources) sources += spent;
    const auto equal = [](double shares, std::uint64_t sent) {
      return std::abs(shares - static_cast<double>(sent)) < 1e-9;
    };
    RC_ASSERT(equal(sum.own + sum.shared + sum.probes, view.all.requests));
    RC_ASSERT(equal(sum.quota_spent, view.all.quota_spent));
    RC_ASSERT(equal(sum.points_spent, view.all.points_spent));
    RC_ASSERT(sum.events == view.all.events);
    RC_ASSERT(sources.requests == view.all.requests);
  }
}

}  // namespace
}  // namespace repopulse::monitor
