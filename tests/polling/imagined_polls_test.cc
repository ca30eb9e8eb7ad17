#include "polling/imagined_polls.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "polling/policy_table.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'700'000'000)};
const std::string kFeed = "repos/o/r";

ImaginedPolls polls_of(std::string_view policy, core::Millis freshness = 300s) {
  return ImaginedPolls(*make_policy(policy, {freshness, {7, 500}}));
}

EventTime at(std::chrono::seconds after) {
  return core::to_event_time(kStart + after);
}

TEST(ImaginedPolls, come_when_the_policy_wishes_and_find_what_has_happened_by_then) {
  ImaginedPolls polls = polls_of("fixed");
  polls.add(kFeed, {}, kStart);
  polls.hear(kFeed, at(700s));
  polls.hear(kFeed, at(500s));  // events need not come in order
  polls.hear(kFeed, at(100s));
  const auto made = polls.advance(kFeed, kStart + 1300s);
  ASSERT_EQ(made.size(), 2u);
  EXPECT_EQ(made[0].at, kStart + 600s);
  EXPECT_EQ(made[0].events, 2u);
  EXPECT_EQ(made[0].waited, 500s + 100s);
  EXPECT_EQ(made[1].at, kStart + 1200s);
  EXPECT_EQ(made[1].events, 1u);
  EXPECT_EQ(made[1].waited, 500s);
}

TEST(ImaginedPolls, are_made_once_whatever_the_steps_in_which_time_passes) {
  ImaginedPolls steps = polls_of("mean");
  ImaginedPolls leap = polls_of("mean");
  const std::vector<EventTime> history = {at(-4000s), at(-3000s), at(-100s)};
  for (ImaginedPolls* polls : {&steps, &leap}) polls->add(kFeed, history, kStart);
  std::vector<Timestamp> in_steps;
  for (auto passed = 0s; passed <= 40'000s; passed += 500s) {
    for (ImaginedPolls* polls : {&steps, &leap}) {
      if (passed.count() % 3'500 == 0) polls->hear(kFeed, at(passed));
    }
    for (const auto& poll : steps.advance(kFeed, kStart + passed)) in_steps.push_back(poll.at);
  }
  std::vector<Timestamp> in_one_leap;
  for (const auto& poll : leap.advance(kFeed, kStart + 40'000s)) in_one_leap.push_back(poll.at);
  EXPECT_GT(in_steps.size(), 5u);
  EXPECT_EQ(in_steps, in_one_leap);
  EXPECT_TRUE(leap.advance(kFeed, kStart + 20'000s).empty()) << "time that has passed does not come again";
}

TEST(ImaginedPolls, an_event_that_becomes_known_late_is_found_by_the_next_poll) {
  ImaginedPolls polls = polls_of("fixed");
  polls.add(kFeed, {}, kStart);
  ASSERT_EQ(polls.advance(kFeed, kStart + 600s).size(), 1u);
  polls.hear(kFeed, at(10s));
  const auto made = polls.advance(kFeed, kStart + 1200s);
  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(made[0].events, 1u);
}

TEST(ImaginedPolls, keep_githubs_floor) {
  ImaginedPolls polls = polls_of("fixed", 1s);
  polls.add(kFeed, {}, kStart);
  EXPECT_EQ(polls.advance(kFeed, kStart + 600s).size(), 10u);
}

TEST(ImaginedPolls, a_feed_that_comes_back_begins_anew) {
  ImaginedPolls polls = polls_of("fixed");
  polls.add(kFeed, {}, kStart);
  polls.hear(kFeed, at(10s));
  polls.remove(kFeed);
  polls.remove("repos/o/unknown");
  polls.add(kFeed, {}, kStart + 1000s);
  const auto made = polls.advance(kFeed, kStart + 1600s);
  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(made[0].at, kStart + 1600s);
  EXPECT_EQ(made[0].events, 0u);
}

}  // namespace
}  // namespace repopulse::polling
