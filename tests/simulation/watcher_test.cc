// The account of simulated worlds: what goes wrong with it, and that it alters nothing else.
#include "tests/simulation/watcher.h"

#include <gtest/gtest.h>

#include <map>

#include "github/events_api.h"
#include "tests/simulation/world.h"

namespace repopulse::simulation {
namespace {

using namespace std::chrono_literals;

const core::Timestamp kFrom = core::timestamp_from_unix_millis(1'750'000'000'000);

TEST(Watcher, watches_its_share_of_the_repositories) {
  for (const double share : {0.0, 0.3, 1.0}) {
    sim::GitHubSimulator github{sim::SimulatorSettings{}};
    Watcher watcher(github, {.share = share}, 1, kFrom);
    int watched = 0;
    constexpr int kAll = 500;
    for (int i = 0; i < kAll; ++i) {
      const std::string name = "o/" + std::to_string(i);
      github.add_repository(name);
      watcher.meet(name);
      watched += github.is_watched(Watcher::kLogin, name);
    }
    EXPECT_NEAR(watched, share * kAll, share < 1 ? 100 * share : 0);
  }
}

TEST(Watcher, is_missing_stuck_and_forgetful_at_times_and_well_in_the_end) {
  sim::GitHubSimulator github{sim::SimulatorSettings{}};
  github.set_now(kFrom);
  github.add_repository("o/r");
  Watcher watcher(github, {.share = 1, .trouble_every = 3h}, 1, kFrom);
  watcher.meet("o/r");
  const github::ApiRoot root{"https://api.github.com", "secret", "test"};
  core::Validator validator;
  const auto ask = [&](bool conditional) {
    sim::Draft draft;
    draft.created_at = core::to_event_time(github.now());
    draft.type = "PushEvent";
    github.add_events("o/r", {draft});
    const std::string path = github::feed_path("users/" + std::string(Watcher::kLogin));
    const auto request = github::events_request(root, path, 1, conditional ? validator : core::Validator());
    const core::Answer answer = github::interpret(root, request, github.send(request), github.now());
    if (answer.kind == core::AnswerKind::kEvents) validator = answer.validator;
    return answer.kind;
  };
  std::map<core::AnswerKind, int> kinds;
  std::map<bool, int> watched;
  for (int i = 0; i < 300; ++i) {
    const core::Timestamp now = kFrom + i * 3h;
    watcher.live_until(now);
    github.set_now(now);
    ++kinds[ask(true)];
    ++watched[github.is_watched(Watcher::kLogin, "o/r")];
  }
  EXPECT_GT(kinds[core::AnswerKind::kNotFound], 10);
  EXPECT_GT(kinds[core::AnswerKind::kNotModified], 10);
  EXPECT_GT(kinds[core::AnswerKind::kEvents], 10);
  EXPECT_GT(watched[true], 10);
  EXPECT_GT(watched[false], 10);
  watcher.calm_down();
  watcher.live_until(github.now() + 300 * 24h);
  github.watch(Watcher::kLogin, "o/r");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ask(true), core::AnswerKind::kEvents);
}

TEST(Watcher, whom_nobody_asks_alters_nothing) {
  constexpr WatcherSettings kBusy = {.share = 0.7, .trouble_every = 20min};
  const auto world = [](const WatcherSettings& watcher) {
    World lived({.seed = 3, .days = 2, .github_faults = 0.03, .operator_every = 5h, .watcher = watcher});
    lived.run();
    EXPECT_TRUE(lived.complaints().empty());
    return lived.summary();
  };
  EXPECT_EQ(world({}), world(kBusy));
}

}  // namespace
}  // namespace repopulse::simulation
