#include "polling/change_probes.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>

#include "tests/polling/probed_world.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::Millis;
using core::Timestamp;
using std::chrono::days;

WorldSettings with(std::vector<std::pair<std::string, double>> repositories, bool change_probes = true) {
  WorldSettings settings;
  settings.repositories = std::move(repositories);
  settings.change_probes = change_probes;
  return settings;
}

// The same world without probes, after as long.
ProbedWorld without(WorldSettings settings, Millis span) {
  settings.change_probes = false;
  ProbedWorld world(settings);
  world.live(span);
  return world;
}

// --- when there is a probe ---

TEST(ChangeProbes, one_repository_is_never_probed_and_is_polled_as_without) {
  const WorldSettings settings = with(quiet_ones(1));
  ProbedWorld world(settings);
  world.live(days(10));
  EXPECT_TRUE(world.probes().empty());
  EXPECT_EQ(first_difference(world.requests, without(settings, days(10)).requests), "");
}

TEST(ChangeProbes, many_quiet_repositories_need_far_fewer_requests_with_one) {
  for (const char* policy : {"adaptive", "kalman", "sarima"}) {
    WorldSettings settings = with(quiet_ones(12));
    settings.policy = policy;
    ProbedWorld world(settings);
    world.live(days(15));
    const ProbedWorld alone = without(settings, days(15));
    EXPECT_FALSE(world.probes().empty()) << policy;
    EXPECT_LT(static_cast<double>(world.requests.size()), 0.6 * static_cast<double>(alone.requests.size())) << policy;
    EXPECT_LT(world.mean_wait(), 1.3 * alone.mean_wait()) << policy;
    EXPECT_EQ(world.unread(4h), 0u) << policy;
  }
}

TEST(ChangeProbes, policies_without_a_model_have_no_use_for_one) {
  for (const char* policy : {"fixed", "mean"}) {
    WorldSettings settings = with(quiet_ones(6));
    settings.policy = policy;
    ProbedWorld world(settings);
    world.live(days(4));
    EXPECT_TRUE(world.probes().empty()) << policy;
    EXPECT_EQ(first_difference(world.requests, without(settings, days(4)).requests), "") << policy;
  }
}

TEST(ChangeProbes, without_a_token_there_is_none) {
  WorldSettings settings = with(quiet_ones(6));
  settings.authenticated = false;
  ProbedWorld world(settings);
  world.live(days(4));
  EXPECT_TRUE(world.probes().empty());
}

TEST(ChangeProbes, a_very_busy_repository_among_quiet_ones_is_polled_as_often_as_before) {
  auto repositories = quiet_ones(8);
  repositories.emplace_back("busy/r", 2'000);
  const WorldSettings settings = with(repositories);
  ProbedWorld world(settings);
  world.live(days(6));
  const ProbedWorld alone = without(settings, days(6));
  const auto polls_of_busy = [](const ProbedWorld& all) {
    return static_cast<double>(std::ranges::count(all.requests, "repos/busy/r", &ProbedWorld::Request::feed));
  };
  EXPECT_FALSE(world.probes().empty());
  EXPECT_NEAR(polls_of_busy(world) / polls_of_busy(alone), 1, 0.15);
}

// --- what a probe asks ---

TEST(ChangeProbes, a_probe_asks_about_fifty_repositories_at_most_each_of_them_once) {
  ProbedWorld world(with(quiet_ones(120, 1)));
  world.live(days(6));
  ASSERT_FALSE(world.probes().empty());
  std::map<std::string, std::set<std::string>> asked;
  for (const auto& probe : world.probes()) {
    EXPECT_LE(probe.feeds.size(), 50u);
    EXPECT_EQ(std::set(probe.feeds.begin(), probe.feeds.end()).size(), probe.feeds.size());
    asked[probe.feed] = {probe.feeds.begin(), probe.feeds.end()};
  }
  std::size_t in_all = 0;
  std::set<std::string> all;
  for (const auto& [name, feeds] : asked) {
    in_all += feeds.size();
    all.insert(feeds.begin(), feeds.end());
  }
  EXPECT_EQ(all.size(), in_all) << "two probes ask about one repository";
  EXPECT_GE(all.size(), 100u);
}

TEST(ChangeProbes, a_removed_repository_is_asked_about_no_more) {
  ProbedWorld world(with(quiet_ones(8)));
  world.live(days(5));
  ASSERT_FALSE(world.probes().empty());
  world.remove("o3/r");
  world.requests.clear();
  world.live(days(2));
  EXPECT_FALSE(world.probes().empty());
  for (const auto& probe : world.probes()) EXPECT_EQ(std::ranges::count(probe.feeds, "repos/o3/r"), 0);
}

TEST(ChangeProbes, no_probe_asks_about_nothing_or_about_one_for_long_where_repositories_are_removed) {
  for (const int left : {0, 1}) {
    ProbedWorld world(with(quiet_ones(8)));
    world.live(days(5));
    ASSERT_FALSE(world.probes().empty());
    for (int i = left; i < 8; ++i) world.remove("o" + std::to_string(i) + "/r");
    world.requests.clear();
    world.live(days(2));
    for (const auto& probe : world.requests) EXPECT_FALSE(ChangeProbes::is_probe(probe.feed) && probe.feeds.empty());
    EXPECT_LE(world.probes().size(), 1u);
  }
}

TEST(ChangeProbes, a_repository_that_is_removed_and_added_again_is_probed_again) {
  ProbedWorld world(with(quiet_ones(8)));
  world.live(days(5));
  world.remove("o3/r");
  world.live(1h);
  world.add("o3/r");
  world.requests.clear();
  world.live(days(3));
  const auto probes = world.probes();
  ASSERT_FALSE(probes.empty());
  EXPECT_EQ(std::ranges::count(probes.back().feeds, "repos/o3/r"), 1);
  EXPECT_EQ(world.unread(4h), 0u);
}

// --- a probe that is refused, or asks too much ---

TEST(ChangeProbes, where_it_is_refused_all_is_polled_as_without_and_it_is_tried_again_after_a_day_and_later_each_time) {
  for (const AnswerKind kind : {AnswerKind::kForbidden, AnswerKind::kUnauthorized, AnswerKind::kNotFound}) {
    const WorldSettings settings = with(quiet_ones(8));
    ProbedWorld world(settings);
    world.on_probe = [&](const auto&, core::ProbeAnswer& answer) {
      answer = {};
      answer.kind = kind;
      answer.message = "no";
    };
    world.live(days(20));
    const auto probes = world.probes();
    ASSERT_GE(probes.size(), 3u);
    for (std::size_t i = 1; i < probes.size(); ++i)
      EXPECT_GE(probes[i].at - probes[i - 1].at, 24h) << core::to_string(kind);
    EXPECT_GE(probes[2].at - probes[1].at, probes[1].at - probes[0].at);
    EXPECT_EQ(first_difference(world.polls(), without(settings, days(20)).requests), "") << core::to_string(kind);
    EXPECT_EQ(world.poller->probes(world.now + world.clock_error).informed, 0u);
    EXPECT_EQ(world.poller->probes(world.now + world.clock_error).trouble, "no");
  }
}

TEST(ChangeProbes, where_it_is_refused_after_days_all_is_polled_by_itself_from_then_on) {
  const WorldSettings settings = with(quiet_ones(8));
  ProbedWorld world(settings);
  world.live(days(8));
  EXPECT_GT(world.poller->probes(world.now + world.clock_error).informed, 4u);
  world.on_probe = [&](const auto&, core::ProbeAnswer& answer) {
    answer = {};
    answer.kind = AnswerKind::kForbidden;
  };
  world.live(2h);
  EXPECT_EQ(world.poller->probes(world.now + world.clock_error).informed, 0u);
  world.requests.clear();
  world.live(days(8));
  EXPECT_LE(world.probes().size(), 7u);
  EXPECT_EQ(world.unread(4h), 0u);
  const ProbedWorld alone = without(settings, days(8));
  EXPECT_NEAR(static_cast<double>(world.polls().size()) / static_cast<double>(alone.requests.size()), 1, 0.25);
  world.on_probe = {};
  world.live(days(16));
  EXPECT_GT(world.poller->probes(world.now + world.clock_error).informed, 4u) << "it is there again";
}

TEST(ChangeProbes, a_question_that_was_too_much_is_halved_and_tried_larger_once_a_day) {
  ProbedWorld world(with(quiet_ones(40, 1)));
  constexpr std::size_t kMost = 15;
  world.on_probe = [&](const std::vector<std::string>& feeds, core::ProbeAnswer& answer) {
    if (feeds.size() <= kMost) return;
    answer = {};
    answer.kind = AnswerKind::kServerError;
    answer.too_much = true;
  };
  world.live(days(4));
  world.requests.clear();
  world.live(days(3));
  std::set<std::string> asked;
  std::ptrdiff_t too_much = 0;
  for (const auto& probe : world.probes()) {
    if (probe.feeds.size() > kMost) {
      ++too_much;
    } else {
      asked.insert(probe.feeds.begin(), probe.feeds.end());
    }
  }
  EXPECT_LE(too_much, 4 * 2);
  EXPECT_GT(world.probes().size(), 100u);
  EXPECT_EQ(asked.size(), 40u);
  EXPECT_EQ(world.unread(8h), 0u);
}

TEST(ChangeProbes, errors_are_tried_again_with_longer_and_longer_rests_and_polls_go_on_meanwhile) {
  for (const AnswerKind kind : {AnswerKind::kServerError, AnswerKind::kNoAnswer, AnswerKind::kBadAnswer}) {
    const WorldSettings settings = with(quiet_ones(8));
    ProbedWorld world(settings);
    world.live(days(6));
    world.on_probe = [&](const auto&, core::ProbeAnswer& answer) {
      answer = {};
      answer.kind = kind;
    };
    world.requests.clear();
    world.live(days(4));
    EXPECT_LE(world.probes().size(), 40u) << core::to_string(kind);
    EXPECT_EQ(world.unread(4h), 0u) << core::to_string(kind);
  }
}

TEST(ChangeProbes, repositories_that_it_cannot_tell_of_are_polled_by_themselves_and_the_others_gain) {
  for (const auto finding : {core::ProbeFinding::kForbidden, core::ProbeFinding::kNotTold}) {
    ProbedWorld world(with(quiet_ones(12)));
    world.on_probe = [&](const auto& feeds, core::ProbeAnswer& answer) {
      for (std::size_t i = 0; i < feeds.size(); ++i) {
        if (feeds[i] > "repos/o2") continue;
        answer.repositories[i] = {};
        answer.repositories[i].finding = finding;
      }
    };
    world.live(days(8));
    EXPECT_GT(world.poller->probes(world.now + world.clock_error).informed, 5u);
    EXPECT_LE(world.poller->probes(world.now + world.clock_error).informed, 8u)
        << "o0, o1, o10, and o11 are not told of";
    EXPECT_EQ(world.unread(4h), 0u);
  }
}

TEST(ChangeProbes, a_repository_that_is_renamed_is_polled_by_itself_from_then_on) {
  ProbedWorld world(with(quiet_ones(10)));
  world.live(days(8));
  ASSERT_GT(world.poller->probes(world.now + world.clock_error).informed, 8u);
  world.on_probe = [&](const auto& feeds, core::ProbeAnswer& answer) {
    for (std::size_t i = 0; i < feeds.size(); ++i) {
      if (feeds[i] == "repos/o3/r") answer.repositories[i].full_name = "o3/renamed";
    }
  };
  world.on_poll = [&](const std::string& feed, core::Answer& answer) {
    if (feed != "repos/o3/r" || !world.poller->state(feed)->location.empty()) return;
    answer = {};
    answer.kind = AnswerKind::kRedirect;
    answer.location = "/repositories/42/events";
    answer.permanent = true;
  };
  world.live(6h);
  for (int i = 0; i < 24; ++i) {
    world.requests.clear();
    world.live(3h);
    EXPECT_GE(std::ranges::count(world.requests, "repos/o3/r", &ProbedWorld::Request::feed), 1);
    for (const auto& probe : world.probes()) EXPECT_EQ(std::ranges::count(probe.feeds, "repos/o3/r"), 0);
  }
  EXPECT_EQ(world.unread(3h), 0u);
}

// --- limits ---

TEST(ChangeProbes, the_quota_of_graphql_that_is_used_up_stops_probes_and_no_poll) {
  for (const bool good : {true, false}) {
    const WorldSettings settings = with(quiet_ones(8));
    ProbedWorld world(settings);
    world.live(days(6));
    world.requests.clear();
    std::optional<Timestamp> reset;
    world.on_probe = [&](const auto&, core::ProbeAnswer& answer) {
      reset = world.now + 50min;
      if (!good) {
        answer = {};
        answer.kind = AnswerKind::kPrimaryLimit;
      }
      answer.rate_limit = core::RateLimit{5000, 0, 5000, core::to_event_time(*reset), "graphql"};
    };
    world.live(days(1));
    ASSERT_TRUE(reset);
    const auto probes = world.probes();
    for (std::size_t i = 1; i < probes.size(); ++i) EXPECT_GE(probes[i].at - probes[i - 1].at, 49min);
    Millis longest = 0ms;
    const auto polls = world.polls();
    for (std::size_t i = 1; i < polls.size(); ++i) longest = std::max<Millis>(longest, polls[i].at - polls[i - 1].at);
    const ProbedWorld alone = without(settings, days(7));
    EXPECT_GT(static_cast<double>(polls.size()), 0.6 * static_cast<double>(alone.requests.size()) / 7)
        << "polls without probes meanwhile; the longest rest was " << longest / 1s << " s";
    EXPECT_EQ(world.unread(4h), 0u);
  }
}

TEST(ChangeProbes, a_secondary_limit_of_graphql_stops_polls_too) {
  ProbedWorld world(with(quiet_ones(8)));
  world.live(days(6));
  std::optional<Timestamp> until;
  world.on_probe = [&](const auto&, core::ProbeAnswer& answer) {
    if (until) return;
    answer = {};
    answer.kind = AnswerKind::kSecondaryLimit;
    answer.retry_after = 20min;
    until = world.now + 20min;
  };
  world.requests.clear();
  world.live(days(1));
  ASSERT_TRUE(until);
  const auto limited = *until - 20min;
  for (const auto& request : world.requests) {
    EXPECT_FALSE(request.at > limited && request.at < *until) << request.feed << (request.at - limited) / 1s;
  }
  EXPECT_GT(world.requests.size(), 10u);
}

// --- a new token, the clock, other sources ---

TEST(ChangeProbes, with_a_new_token_a_refused_probe_is_tried_again_at_once) {
  ProbedWorld world(with(quiet_ones(8)));
  bool refuses = true;
  world.on_probe = [&](const auto&, core::ProbeAnswer& answer) {
    if (!refuses) return;
    answer = {};
    answer.kind = AnswerKind::kUnauthorized;
  };
  world.live(days(10));
  refuses = false;
  world.requests.clear();
  world.poller->renew_token(world.now);
  world.live(1h);
  EXPECT_FALSE(world.probes().empty());
}

TEST(ChangeProbes, a_clock_that_steps_back_puts_no_probe_off) {
  for (const Millis step : {Millis(3h), Millis(days(30))}) {
    const WorldSettings settings = with(quiet_ones(8));
    ProbedWorld world(settings);
    world.clock_error = step;
    world.live(days(8));
    ASSERT_GT(world.poller->probes(world.now + world.clock_error).informed, 4u);
    world.clock_error = 0ms;
    world.live(days(1));
    world.requests.clear();
    world.live(days(4));
    EXPECT_GT(world.probes().size(), 10u);
    EXPECT_GT(world.poller->probes(world.now + world.clock_error).informed, 4u);
    EXPECT_EQ(world.unread(4h), 0u);
  }
}

// --- over a restart ---

TEST(ChangeProbes, after_a_restart_go_on_where_they_were) {
  ProbedWorld world(with(quiet_ones(10)));
  world.live(days(8));
  const std::size_t informed = world.poller->probes(world.now + world.clock_error).informed;
  ASSERT_GT(informed, 6u);
  const ProbesView before = world.poller->probes(world.now + world.clock_error);
  world.restart();
  EXPECT_EQ(world.poller->probes(world.now + world.clock_error).requests, before.requests);
  EXPECT_EQ(world.poller->probes(world.now + world.clock_error).points, before.points);
  world.requests.clear();
  world.live(1h);
  EXPECT_FALSE(world.probes().empty());
  EXPECT_LE(world.polls().size(), 10u) << "not all are read anew";
  EXPECT_GE(world.poller->probes(world.now + world.clock_error).informed, informed - 2);
  world.live(days(2));
  EXPECT_EQ(world.unread(4h), 0u);
}

TEST(ChangeProbes, processes_that_start_again_and_again_need_few_more_requests) {
  const WorldSettings settings = with(quiet_ones(10));
  ProbedWorld calm(settings);
  calm.live(days(12));
  ProbedWorld world(settings);
  world.live(days(6));
  for (int i = 0; i < 6 * 12; ++i) {
    world.restart();
    world.live(2h);
  }
  EXPECT_LE(static_cast<double>(world.requests.size()), 1.35 * static_cast<double>(calm.requests.size()));
  EXPECT_LE(world.mean_wait(), 1.4 * calm.mean_wait());
  EXPECT_EQ(world.unread(4h), 0u);
}

TEST(ChangeProbes, a_refusal_is_remembered_or_costs_a_probe_for_each_start_alone) {
  ProbedWorld world(with(quiet_ones(8)));
  world.on_probe = [&](const auto&, core::ProbeAnswer& answer) {
    answer = {};
    answer.kind = AnswerKind::kForbidden;
  };
  world.live(days(2));
  world.requests.clear();
  for (int i = 0; i < 5; ++i) {
    world.restart();
    world.live(6h);
  }
  EXPECT_LE(world.probes().size(), 7u);
  EXPECT_EQ(world.unread(4h), 0u);
}

TEST(ChangeProbes, where_probes_are_off_after_a_restart_all_is_polled_by_itself) {
  ProbedWorld world(with(quiet_ones(8)));
  world.live(days(8));
  ASSERT_GT(world.poller->probes(world.now + world.clock_error).informed, 4u);
  world.restart(false);
  world.requests.clear();
  world.live(days(2));
  EXPECT_TRUE(world.probes().empty());
  EXPECT_EQ(world.unread(2h), 0u);
}

TEST(ChangeProbes, beside_an_organisations_feed_neither_opens_and_closes_in_turns) {
  WorldSettings settings = with(quiet_ones(6));
  for (int i = 0; i < 6; ++i) settings.repositories.emplace_back("org/r" + std::to_string(i), 5);
  settings.organisation_feeds = true;
  ProbedWorld world(settings);
  world.live(days(6));
  std::size_t changes = 0, informed = 0;
  for (int hour = 0; hour < 10 * 24; ++hour) {
    world.live(1h);
    const std::size_t now = world.poller->probes(world.now + world.clock_error).asked_about * 1'000 +
                            world.poller->repositories_of("orgs/org").size();
    changes += now != std::exchange(informed, now) ? 1 : 0;
  }
  EXPECT_LE(changes, 12u);
  EXPECT_EQ(world.unread(4h), 0u);
  settings.change_probes = false;
  ProbedWorld alone(settings);
  alone.live(days(16));
  EXPECT_LT(static_cast<double>(world.requests.size()), 1.02 * static_cast<double>(alone.requests.size()));
}

// Of several probes, each is a request to the same address.
TEST(ChangeProbes, all_wait_where_github_asks_one_of_them_to) {
  WorldSettings settings;
  settings.repositories = quiet_ones(60, 4);
  ProbedWorld world(settings);
  world.live(std::chrono::days(4));
  std::optional<core::Timestamp> until;
  world.on_probe = [&](const std::vector<std::string>&, core::ProbeAnswer& answer) {
    if (until) return;
    answer.kind = core::AnswerKind::kServerError;
    answer.repositories.clear();
    answer.retry_after = 5h;
    until = world.now + 5h;
  };
  world.live(12h);
  ASSERT_TRUE(until);
  std::set<std::string> after;
  for (const auto& probe : world.probes()) {
    if (probe.at <= *until - 5h) continue;
    EXPECT_GE(probe.at, *until) << probe.feed;
    after.insert(probe.feed);
  }
  EXPECT_EQ(after.size(), 2u) << "both go on afterwards";
}

}  // namespace
}  // namespace repopulse::polling
