// Feeds whose history is learned some time after they were added.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "polling/policy_table.h"
#include "polling/poller.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'750'000'000)};
constexpr core::WindowRule kWindow{7, 500};
const std::string kFeed = "repos/an-owner/a-repository-with-a-long-name";

std::vector<EventTime> poisson(double per_day, double days, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<EventTime> arrivals;
  for (double ago = 0;;) {
    ago -= std::log((static_cast<double>(random() >> 11) + 0.5) * 0x1p-53) * 86'400 / per_day;
    if (ago > days * 86'400) break;
    arrivals.push_back(core::to_event_time(kStart) - std::chrono::seconds(static_cast<int>(ago) + 60));
  }
  std::ranges::reverse(arrivals);
  return arrivals;
}

std::vector<EventTime> of_the_window(const std::vector<EventTime>& history) {
  const auto young = std::ranges::lower_bound(history, core::to_event_time(kStart - std::chrono::days(kWindow.days)));
  return {young, history.end()};
}

core::FeedState polled_before(const std::string& feed = kFeed) {
  core::FeedState state;
  state.feed = feed;
  state.status = core::RepoStatus::kOk;
  state.floor = 60s;
  state.last_polled_at = kStart - 1h;
  state.last_full_at = state.last_polled_at;
  state.next_poll_at = kStart + 12h;
  return state;
}

Poller make(std::string_view policy) {
  return Poller(make_policy(policy, {300s, kWindow}).value(), {true, 1, 24h});
}

Timestamp due(const Poller& poller, const std::string& feed = kFeed) {
  return poller.state(feed)->next_poll_at.value();
}

class Learning : public testing::TestWithParam<std::string_view> {};

TEST_P(Learning, later_comes_to_the_same_as_learning_at_once) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const std::vector<EventTime> history = poisson(static_cast<double>(seed * seed) * 4, 60, seed);
    Poller at_once = make(GetParam());
    Poller later = make(GetParam());
    at_once.add(polled_before(), history, kStart);
    later.add_without_history(polled_before(), of_the_window(history), kStart);
    EXPECT_TRUE(later.without_history().contains(kFeed));
    later.give_history(*later.without_history().begin(), history, kStart + 5s);
    EXPECT_TRUE(later.without_history().empty());
    EXPECT_EQ(due(later), std::max(due(at_once), kStart + 5s)) << "seed " << seed;
  }
}

// An event is to wait 300 s on average, and it waits half an interval.
TEST_P(Learning, has_not_begun_and_the_mean_of_the_window_says_when_to_ask) {
  const auto just_polled = [](const std::string& feed = kFeed) {
    core::FeedState state = polled_before(feed);
    state.last_polled_at = kStart;
    state.last_full_at = kStart;
    return state;
  };
  Poller poller = make(GetParam());
  poller.add_without_history(just_polled(), of_the_window(poisson(24, 60, 5)), kStart);
  EXPECT_NEAR(std::chrono::duration<double>(due(poller) - kStart).count(), 600, 1);
  poller.add_without_history(just_polled("repos/p/busy"), of_the_window(poisson(240, 60, 6)), kStart);
  poller.add_without_history(just_polled("repos/q/quiet"), of_the_window(poisson(1, 60, 7)), kStart);
  poller.add_without_history(just_polled("repos/s/silent"), {}, kStart);
  EXPECT_LT(due(poller, "repos/p/busy"), due(poller));
  EXPECT_GT(due(poller, "repos/q/quiet"), due(poller));
  EXPECT_GT(due(poller, "repos/s/silent"), due(poller, "repos/q/quiet"));
}

TEST_P(Learning, keeps_what_was_planned_before_a_restart) {
  Poller poller = make(GetParam());
  core::FeedState state = polled_before();
  state.next_poll_at = kStart + 30s;
  const std::vector<EventTime> history = poisson(0.2, 60, 4);
  poller.add_without_history(state, of_the_window(history), kStart);
  EXPECT_EQ(due(poller), kStart + 30s);
  poller.give_history(kFeed, history, kStart + 5s);
  EXPECT_EQ(due(poller), kStart + 30s);
}

TEST_P(Learning, knows_only_what_had_come_when_the_feed_was_added) {
  Poller at_once = make(GetParam());
  Poller later = make(GetParam());
  std::vector<EventTime> history = poisson(10, 60, 8);
  at_once.add(polled_before(), history, kStart);
  later.add_without_history(polled_before(), of_the_window(history), kStart);
  for (int i = 1; i < 50; ++i) history.push_back(core::to_event_time(kStart) + std::chrono::seconds(i));
  later.give_history(kFeed, history, kStart + 60s);  // an import came in between
  EXPECT_EQ(due(later), std::max(due(at_once), kStart + 60s));
}

TEST_P(Learning, is_from_the_window_alone_where_an_answer_comes_first) {
  Poller poller = make(GetParam());
  const std::vector<EventTime> history = poisson(10, 60, 9);
  poller.add_without_history(polled_before(), of_the_window(history), kStart);
  const Timestamp asked = due(poller);
  ASSERT_TRUE(std::holds_alternative<Ask>(poller.next(asked)));
  core::Answer unchanged;
  unchanged.kind = core::AnswerKind::kNotModified;
  poller.absorb(unchanged, {}, asked);
  poller.confirm();
  EXPECT_TRUE(poller.without_history().empty()) << "it is too late for its history";
  EXPECT_GT(due(poller), asked);
  poller.give_history(kFeed, history, asked + 1s);
  EXPECT_GT(due(poller), asked);
}

TEST_P(Learning, is_not_owed_to_a_feed_that_is_polled_no_more) {
  Poller poller = make(GetParam());
  poller.add_without_history(polled_before(), {}, kStart);
  poller.remove(kFeed, kStart);
  EXPECT_TRUE(poller.without_history().empty());
  poller.give_history(kFeed, {}, kStart);
  EXPECT_EQ(poller.state(kFeed), nullptr);
}

INSTANTIATE_TEST_SUITE_P(Policies, Learning, testing::Values("adaptive", "kalman", "sarima"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace repopulse::polling
