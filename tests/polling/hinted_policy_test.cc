// Feeds of which hints inform, with the whole poller, in virtual time.
#include <gtest/gtest.h>

#include "tests/polling/probed_world.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;
using std::chrono::days;

std::vector<Millis> at_once(const core::Event&) {
  return {0ms};
}

WorldSettings with_repositories(int number, double per_day = 12) {
  WorldSettings settings;
  settings.repositories = quiet_ones(number, per_day);
  settings.change_probes = false;
  settings.freshness = 30min;
  return settings;
}

class HintedPolicy : public testing::TestWithParam<std::string> {
 protected:
  WorldSettings settings(int number, double per_day = 12) const {
    WorldSettings settings = with_repositories(number, per_day);
    settings.policy = GetParam();
    return settings;
  }
};

TEST_P(HintedPolicy, needs_far_fewer_requests_at_the_same_freshness_and_loses_nothing) {
  ProbedWorld alone(settings(5)), hinted(settings(5));
  hinted.hints = at_once;
  for (ProbedWorld* world : {&alone, &hinted}) world->live(days(30));
  EXPECT_LT(hinted.requests.size(), alone.requests.size() / 2);
  EXPECT_LT(hinted.mean_wait(), 1.2 * 1800);
  EXPECT_EQ(hinted.lost(days(1)), 0u);
  EXPECT_EQ(hinted.poller->hints().informed, 5u);
}

INSTANTIATE_TEST_SUITE_P(Policies, HintedPolicy, testing::Values("kalman", "sarima", "adaptive"));

TEST(Hinted, feeds_are_polled_as_without_trust_by_policies_without_a_model) {
  WorldSettings settings = with_repositories(3);
  settings.policy = "mean";
  ProbedWorld world(settings);
  world.hints = at_once;
  world.live(days(10));
  EXPECT_EQ(world.poller->hints().informed, 0u);
  EXPECT_EQ(world.lost(days(1)), 0u);
}

TEST(Hinted, feeds_are_not_asked_about_by_probes) {
  WorldSettings settings = with_repositories(20);
  settings.change_probes = true;
  ProbedWorld world(settings);
  world.hints = at_once;
  world.live(days(10));
  ASSERT_EQ(world.poller->hints().informed, 20u);
  world.requests.clear();
  world.live(days(5));
  EXPECT_TRUE(world.probes().empty());
  world.hints = nullptr;
  world.live(days(10));
  EXPECT_FALSE(world.probes().empty()) << "without hints, probes are worth their request again";
  EXPECT_EQ(world.lost(days(1)), 0u);
}

TEST(Hinted, feeds_are_polled_as_before_within_two_days_after_all_hints_stopped) {
  ProbedWorld world(with_repositories(5));
  world.hints = at_once;
  world.live(days(15));
  ASSERT_EQ(world.poller->hints().informed, 5u);
  world.hints = nullptr;
  world.live(days(2));
  EXPECT_EQ(world.poller->hints().informed, 0u);
  EXPECT_GT(world.poller->hints().failing, 0u);
  EXPECT_EQ(world.unread(6h), 0u);
  world.hints = at_once;
  world.live(days(15));
  EXPECT_EQ(world.poller->hints().informed, 5u) << "they are trusted again when they come again";
  EXPECT_EQ(world.poller->hints().failing, 0u);
  EXPECT_EQ(world.lost(days(1)), 0u);
}

TEST(Hinted, one_whose_hints_stop_is_polled_as_before_though_others_go_on) {
  ProbedWorld world(with_repositories(5));
  bool stopped = false;
  world.hints = [&](const core::Event& event) {
    return stopped && event.repository == "o0/r" ? std::vector<Millis>() : std::vector<Millis>{0ms};
  };
  world.live(days(15));
  stopped = true;
  world.live(days(3));
  EXPECT_EQ(world.poller->hints().informed, 4u);
  EXPECT_EQ(world.poller->hints().failing, 1u);
  EXPECT_EQ(world.unread(6h), 0u);
}

// Late by minutes, twice, out of order, or for nine of ten events alone.
TEST(Hinted, feeds_lose_nothing_whatever_becomes_of_the_hints) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    std::mt19937_64 random(seed);
    WorldSettings settings = with_repositories(5, 40);
    settings.seed = seed;
    ProbedWorld world(settings);
    world.hints = [&](const core::Event&) {
      std::vector<Millis> delays;
      for (std::uint64_t copies = random() % 3; copies > 0; --copies) {
        delays.emplace_back(random() % (random() % 10 == 0 ? 600'000 : 20'000));
      }
      return delays;
    };
    world.live(days(30));
    EXPECT_EQ(world.lost(days(1)), 0u) << seed;
    EXPECT_LT(world.mean_wait(), 1.5 * 1800) << seed;
  }
}

TEST(Hinted, feeds_that_hints_tell_of_in_part_are_read_for_the_rest) {
  WorldSettings settings = with_repositories(5);
  ProbedWorld world(settings);
  world.hints = [](const core::Event& event) {
    return event.type == "ForkEvent" ? std::vector<Millis>() : std::vector<Millis>{0ms};
  };
  world.live(days(30));
  EXPECT_EQ(world.lost(days(1)), 0u);
  EXPECT_LT(world.mean_wait(), 1.5 * 1800);
}

TEST(Hinted, false_hints_cost_a_bounded_number_of_requests) {
  const auto requests = [](bool lied_to) {
    ProbedWorld world(with_repositories(1, 2));
    world.hints = at_once;
    world.live(days(20));
    world.requests.clear();
    for (int minute = 0; minute < 24 * 60; ++minute) {
      for (int i = 0; lied_to && i < 30; ++i) world.hint("o0/r", i % 2 == 0 ? "PushEvent" : "");
      world.live(1min);
    }
    EXPECT_EQ(world.lost(days(1)), 0u);
    return world.requests.size();
  };
  EXPECT_LT(requests(true), requests(false) + 24 * 4);
}

TEST(Hinted, feeds_are_read_at_once_after_a_restart) {
  ProbedWorld world(with_repositories(5));
  world.hints = at_once;
  world.live(days(15));
  ASSERT_EQ(world.poller->hints().informed, 5u);
  const auto hints = std::exchange(world.hints, nullptr);  // nobody hears them while no server runs
  world.now += 12h;
  world.restart(false);
  world.live(2h);
  EXPECT_EQ(world.unread(2h), 0u);
  world.hints = hints;
  world.live(days(1));
  EXPECT_EQ(world.poller->hints().informed, 5u) << "what was learned is kept";
}

TEST(Hinted, feeds_go_on_where_the_clock_goes_back) {
  ProbedWorld world(with_repositories(5));
  world.hints = at_once;
  world.live(days(15));
  world.clock_error = -5h;
  world.live(days(5));
  EXPECT_EQ(world.unread(12h), 0u);
  EXPECT_EQ(world.poller->hints().informed, 5u);
}

TEST(Hinted, a_feed_that_is_removed_is_forgotten) {
  ProbedWorld world(with_repositories(2));
  world.hints = at_once;
  world.live(days(10));
  world.remove("o0/r");
  EXPECT_EQ(world.poller->hints().repositories, 1u);
  world.hint("o0/r", "PushEvent");
  world.live(days(1));
  EXPECT_EQ(world.poller->hints().repositories, 1u);
}

}  // namespace
}  // namespace repopulse::polling
