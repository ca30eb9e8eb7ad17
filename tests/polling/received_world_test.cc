// A poller that may ask what an account receives, in a small world in virtual time.
#include <gtest/gtest.h>

#include <string>

#include "tests/polling/probed_world.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::Millis;

WorldSettings quiet_world(int repositories = 12) {
  WorldSettings settings;
  settings.repositories = quiet_ones(repositories, 6);
  settings.change_probes = false;
  settings.received = true;
  // Two of nine are not shown.
  settings.kinds = {"PushEvent", "IssuesEvent", "IssueCommentEvent", "PullRequestEvent", "PushEvent",
                    "PushEvent", "IssuesEvent", "WatchEvent",        "ForkEvent"};
  return settings;
}

// Where probes are asked too, it must show much to be asked at all.
WorldSettings with_probes(int repositories = 12) {
  WorldSettings settings = quiet_world(repositories);
  settings.change_probes = true;
  settings.freshness = 30min;
  settings.kinds.assign(9, "PushEvent");
  return settings;
}

std::size_t received_polls(const ProbedWorld& world) {
  return static_cast<std::size_t>(
      std::ranges::count(world.requests, kReceived, [](const auto& request) { return request.feed; }));
}

core::Answer empty_answer(AnswerKind kind) {
  core::Answer answer;
  answer.kind = kind;
  return answer;
}

class ReceivedPolicy : public testing::TestWithParam<std::string> {};

TEST_P(ReceivedPolicy, needs_far_fewer_requests_and_loses_nothing) {
  for (const bool probes : {false, true}) {
    WorldSettings settings = quiet_world();
    settings.policy = GetParam();
    settings.change_probes = probes;
    if (probes) {  // and where they gain much
      settings.kinds.assign(9, "PushEvent");
      settings.freshness = 30min;
    }
    ProbedWorld with(settings);
    settings.received = false;
    ProbedWorld without(settings);
    for (ProbedWorld* world : {&with, &without}) world->live(std::chrono::days(20));
    EXPECT_GT(received_polls(with), 100u);
    EXPECT_EQ(received_polls(without), 0u);
    EXPECT_LT(static_cast<double>(with.requests.size()),
              (probes ? 0.85 : 0.75) * static_cast<double>(without.requests.size()));
    EXPECT_EQ(with.lost(24h), 0u);
    EXPECT_LT(with.mean_wait(), 1.3 * without.mean_wait() + 30);
    EXPECT_EQ(with.poller->received().repositories, settings.repositories.size());
  }
}

INSTANTIATE_TEST_SUITE_P(All, ReceivedPolicy, testing::Values("adaptive", "kalman", "sarima"),
                         [](const auto& policy) { return policy.param; });

TEST(ReceivedWorld, asks_as_without_where_the_account_is_not_there) {
  ProbedWorld with(quiet_world());
  with.on_poll = [](const std::string& feed, core::Answer& answer) {
    if (feed == kReceived) answer = empty_answer(AnswerKind::kNotFound);
  };
  WorldSettings settings = quiet_world();
  settings.received = false;
  ProbedWorld without(settings);
  for (ProbedWorld* world : {&with, &without}) world->live(std::chrono::days(20));
  EXPECT_LE(received_polls(with), 6u);
  EXPECT_NEAR(static_cast<double>(with.requests.size()), static_cast<double>(without.requests.size()),
              0.02 * static_cast<double>(without.requests.size()) + 6);
  EXPECT_EQ(with.lost(24h), 0u);
}

TEST(ReceivedWorld, asks_seldom_for_an_account_that_watches_none_of_the_repositories) {
  ProbedWorld world(quiet_world());
  for (int i = 0; i < 12; ++i) world.unwatched.insert("o" + std::to_string(i) + "/r");
  world.live(std::chrono::days(20));
  EXPECT_LE(received_polls(world), 30u);
  EXPECT_EQ(world.poller->received().repositories, 0u);
}

TEST(ReceivedWorld, with_a_policy_without_a_model_or_one_repository_saves_nothing_and_asks_for_nothing) {
  WorldSettings settings = quiet_world();
  settings.policy = "fixed";
  ProbedWorld fixed(settings);
  fixed.live(std::chrono::days(3));
  EXPECT_EQ(fixed.poller->received().repositories, 0u);
  ProbedWorld one(quiet_world(1));
  one.live(std::chrono::days(3));
  EXPECT_EQ(received_polls(one), 0u);
}

TEST(ReceivedWorld, learns_of_repositories_that_are_watched_later_and_of_those_that_are_not_any_more) {
  ProbedWorld world(quiet_world());
  world.unwatched = {"o0/r", "o1/r", "o2/r"};
  world.live(std::chrono::days(5));
  EXPECT_EQ(world.poller->received().repositories, 9u);
  EXPECT_EQ(world.lost(24h), 0u);
  world.unwatched = {"o3/r"};
  world.live(std::chrono::days(10));
  EXPECT_EQ(world.poller->received().repositories, 11u);
  EXPECT_EQ(world.lost(36h), 0u);
}

// Where a probe informs of what is hidden, own reads are a week apart; the probe tells what the account's feed left
// out.
TEST(ReceivedWorld, beside_probes_notices_a_quiet_repository_that_is_watched_no_more) {
  WorldSettings settings = with_probes();
  settings.repositories.emplace_back("quiet/r", 1.5);
  ProbedWorld world(settings);
  world.live(std::chrono::days(8));
  ASSERT_EQ(world.poller->received().repositories, settings.repositories.size());
  world.unwatched = {"quiet/r"};
  for (int day = 0; day < 20; ++day) {
    world.live(24h);
    EXPECT_EQ(world.lost(12h), 0u) << "day " << day;
  }
  EXPECT_EQ(world.poller->received().repositories, settings.repositories.size() - 1);
}

TEST(ReceivedWorld, that_falls_silent_loses_nothing_and_is_noticed) {
  for (const bool probes : {false, true}) {
    WorldSettings settings = probes ? with_probes() : quiet_world();
    ProbedWorld world(settings);
    world.live(std::chrono::days(5));
    ASSERT_GT(world.poller->received().repositories, 0u);
    bool stuck = true;
    world.on_poll = [&stuck](const std::string& feed, core::Answer& answer) {
      if (stuck && feed == kReceived) answer = empty_answer(AnswerKind::kNotModified);
    };
    world.live(std::chrono::days(2));
    EXPECT_EQ(world.poller->received().repositories, 0u);
    EXPECT_EQ(world.lost(24h), 0u);
    stuck = false;
    world.live(std::chrono::days(20));
    EXPECT_EQ(world.poller->received().repositories, settings.repositories.size()) << "it is tried again";
    EXPECT_EQ(world.lost(24h), 0u);
  }
}

// GitHub may show other kinds than today.
TEST(ReceivedWorld, learns_which_kinds_it_is_shown) {
  WorldSettings settings = quiet_world();
  ProbedWorld world(settings);
  world.not_received = {"IssuesEvent"};
  world.live(std::chrono::days(10));
  EXPECT_EQ(world.lost(24h), 0u);
  world.not_received = {"PushEvent", "IssuesEvent"};
  world.live(std::chrono::days(10));
  EXPECT_EQ(world.lost(24h), 0u);
}

// What the account's feed brought lies above what it does not show: it must not end the own feed's walk.
TEST(ReceivedWorld, lets_own_polls_look_past_what_it_brought) {
  WorldSettings settings = quiet_world(6);
  for (auto& [name, per_day] : settings.repositories) per_day = 250;  // more than a page between two own polls
  settings.kinds = {"PushEvent", "PushEvent", "PushEvent", "PushEvent", "PushEvent", "PushEvent",
                    "PushEvent", "PushEvent", "PushEvent", "PushEvent", "PushEvent", "WatchEvent"};
  settings.freshness = 1h;
  ProbedWorld world(settings);
  world.live(std::chrono::days(10));
  EXPECT_GT(world.poller->received().repositories, 0u);
  EXPECT_EQ(world.lost(24h), 0u);
}

TEST(ReceivedWorld, goes_on_after_a_restart_as_before) {
  for (const bool probes : {false, true}) {
    WorldSettings settings = probes ? with_probes() : quiet_world();
    ProbedWorld world(settings);
    world.live(std::chrono::days(5));
    const std::size_t before = world.requests.size();
    const std::size_t informed = world.poller->received().repositories;
    ASSERT_GT(informed, 0u);
    world.restart(probes);
    world.live(10min);
    EXPECT_EQ(world.poller->received().repositories, informed);
    EXPECT_LE(world.requests.size() - before, 6u) << "not every repository is asked";
    world.live(std::chrono::days(5));
    EXPECT_EQ(world.lost(24h), 0u);
  }
}

TEST(ReceivedWorld, goes_on_as_before_when_histories_come_later_than_the_first_question) {
  for (const bool probes : {false, true}) {
    ProbedWorld world(probes ? with_probes() : quiet_world());
    world.live(std::chrono::days(5));
    const std::size_t before = world.requests.size();
    const std::size_t informed = world.poller->received().repositories;
    ASSERT_GT(informed, 0u);
    world.histories_come_later = true;
    world.restart(probes);
    world.live(2s);
    world.give_histories();
    world.live(10s);
    EXPECT_EQ(world.poller->received().repositories, informed);
    world.live(10min);
    EXPECT_LE(world.requests.size() - before, 6u) << "not every repository is asked";
    world.live(std::chrono::days(2));
    EXPECT_EQ(world.lost(24h), 0u);
  }
}

TEST(ReceivedWorld, restarted_every_hour_loses_nothing) {
  ProbedWorld world(quiet_world());
  for (int i = 0; i < 24 * 6; ++i) {
    world.restart(false);
    world.live(1h);
  }
  EXPECT_EQ(world.lost(24h), 0u);
  EXPECT_GT(world.poller->received().repositories, 0u);
}

TEST(ReceivedWorld, may_lose_repositories_and_get_them_back_at_any_time) {
  ProbedWorld world(quiet_world());
  for (int i = 0; i < 60; ++i) {
    const std::string name = "o" + std::to_string(i % 12) + "/r";
    world.live(5h);
    world.remove(name);
    world.live(1h);
    world.add(name);
  }
  world.live(24h);
  EXPECT_EQ(world.lost(24h), 0u);
}

TEST(ReceivedWorld, outlives_a_clock_that_goes_back) {
  ProbedWorld world(quiet_world());
  for (const Millis error : {0h, 50h, 0h, -30h, 0h}) {
    world.clock_error = error;
    world.live(std::chrono::days(3));
  }
  EXPECT_EQ(world.lost(24h), 0u);
  EXPECT_GT(world.poller->received().repositories, 0u);
}

TEST(ReceivedWorld, of_another_account_takes_nothing_over) {
  for (const bool probes : {false, true}) {
    ProbedWorld world(probes ? with_probes() : quiet_world());
    world.live(std::chrono::days(5));
    ASSERT_GT(world.poller->received().repositories, 0u);
    world.account = "users/other";  // which watches none of them
    for (int i = 0; i < 12; ++i) world.unwatched.insert("o" + std::to_string(i) + "/r");
    world.restart(probes);
    for (int hour = 0; hour < 24 * 5; ++hour) {
      world.live(1h);
      ASSERT_EQ(world.poller->received().repositories, 0u) << "probes " << probes << ", hour " << hour;
    }
    EXPECT_EQ(world.lost(12h), 0u);
  }
}

TEST(ReceivedWorld, of_an_account_that_goes_away_leaves_nothing_unread_beside_probes) {
  ProbedWorld world(with_probes(24));
  world.live(std::chrono::days(5));
  ASSERT_GT(world.poller->received().repositories, 0u);
  world.on_poll = [](const std::string& feed, core::Answer& answer) {
    if (feed == kReceived) answer = empty_answer(AnswerKind::kNotFound);
  };
  for (int day = 1; day <= 4; ++day) {
    world.live(24h);
    EXPECT_EQ(world.lost(12h), 0u) << "day " << day;
  }
}

TEST(ReceivedWorld, that_drops_one_event_in_ten_keeps_near_to_the_freshness_beside_probes) {
  WorldSettings settings = with_probes();
  ProbedWorld with(settings);
  with.on_poll = [](const std::string& feed, core::Answer& answer) {
    if (feed == kReceived)
      std::erase_if(answer.events, [](const core::Event& event) { return event.key.id % 10 == 3; });
  };
  settings.received = false;
  ProbedWorld without(settings);
  for (ProbedWorld* world : {&with, &without}) world->live(std::chrono::days(20));
  EXPECT_LT(with.mean_wait(), 1.5 * without.mean_wait());
  EXPECT_EQ(with.lost(24h), 0u);
}

// A rest that GitHub asked for lasts, whatever else happens.
TEST(ReceivedWorld, rests_as_github_asks_although_a_repository_is_removed) {
  ProbedWorld world(quiet_world());
  world.live(std::chrono::days(5));
  ASSERT_GT(world.poller->received().repositories, 0u);
  bool failed = false;
  world.on_poll = [&failed](const std::string& feed, core::Answer& answer) {
    if (feed != kReceived) return;
    answer = empty_answer(AnswerKind::kServerError);
    answer.retry_after = 2h;
    failed = true;
  };
  while (!failed) world.live(10s);
  const std::size_t before = received_polls(world);
  world.remove("o3/r");
  world.live(3min);
  EXPECT_EQ(received_polls(world), before);
}

// An organisation's feed shows all, and what an account receives a part of repositories of any owner.
TEST(ReceivedWorld, stands_beside_organisations_feeds) {
  WorldSettings settings = quiet_world(6);
  for (int i = 0; i < 8; ++i) settings.repositories.emplace_back("org/r" + std::to_string(i), 20);
  settings.organisation_feeds = true;
  ProbedWorld both(settings);
  both.live(std::chrono::days(15));
  EXPECT_EQ(both.lost(24h), 0u);
  settings.received = false;
  ProbedWorld organisations(settings);
  organisations.live(std::chrono::days(15));
  EXPECT_LT(both.requests.size(), organisations.requests.size());
}

}  // namespace
}  // namespace repopulse::polling
