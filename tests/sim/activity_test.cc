#include "sim/activity.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "github/event_parser.h"
#include "sim/event_json.h"

namespace repopulse::sim {
namespace {

using core::event_time_from_unix;

constexpr std::int64_t kStart = 1'750'000'000;
constexpr std::int64_t kMonth = 30 * 86'400;

std::vector<Draft> month(const Rhythm& rhythm, std::uint64_t seed) {
  return synthetic_activity(rhythm, event_time_from_unix(kStart), event_time_from_unix(kStart + kMonth), seed);
}

TEST(SyntheticActivity, has_the_rate_that_was_asked_for) {
  for (const Rhythm& rhythm : {Rhythm{10, 0, 0}, Rhythm{10, 0.6, 0}, Rhythm{10, 0, 0.9}, Rhythm{10, 0.5, 0.5}}) {
    const auto drafts = month(rhythm, 7);
    EXPECT_NEAR(static_cast<double>(drafts.size()), 7200, 720)
        << "burstiness " << rhythm.burstiness << ", swing " << rhythm.daily_swing;
    EXPECT_TRUE(std::ranges::is_sorted(drafts, {}, &Draft::created_at));
    EXPECT_GE(drafts.front().created_at, event_time_from_unix(kStart));
    EXPECT_LT(drafts.back().created_at, event_time_from_unix(kStart + kMonth));
  }
  EXPECT_TRUE(month({0, 0, 0}, 1).empty());
}

TEST(SyntheticActivity, follows_from_the_seed) {
  const auto first = month({2, 0.3, 0.3}, 1), again = month({2, 0.3, 0.3}, 1), other = month({2, 0.3, 0.3}, 2);
  ASSERT_EQ(first.size(), again.size());
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].created_at, again[i].created_at);
  EXPECT_NE(first.front().created_at, other.front().created_at);
}

TEST(SyntheticActivity, sleeps_at_night_where_it_should) {
  std::size_t night = 0, day = 0;
  for (const Draft& draft : month({20, 0, 1}, 3)) {
    const std::int64_t hour = core::unix_seconds(draft.created_at) / 3600 % 24;
    night += hour >= 1 && hour < 5;
    day += hour >= 13 && hour < 17;
  }
  EXPECT_LT(night * 5, day);
}

TEST(ReadTrace, reads_kinds_and_times) {
  const auto drafts = read_trace("unix_time,kind\n20,push\r\n10,WatchEvent\n30,release\n");
  ASSERT_TRUE(drafts) << drafts.error().message;
  ASSERT_EQ(drafts->size(), 3u);
  EXPECT_EQ((*drafts)[0].type, "WatchEvent");
  EXPECT_EQ((*drafts)[1].type, "PushEvent");
  EXPECT_EQ((*drafts)[2].created_at, event_time_from_unix(30));
  for (const char* odd : {"x,push", "12", "12,", "-1,push", "12;push", "\n12,push\nhello"}) {
    EXPECT_FALSE(read_trace(odd)) << odd;
  }
}

TEST(ReadArchive, sorts_events_by_repository) {
  const auto line = [](const char* id, const char* name, const char* at) {
    return std::string(R"({"id":")") + id + R"(","type":"WatchEvent","repo":{"name":")" + name +
           R"("},"created_at":")" + at + "\"}\n";
  };
  const auto found = read_archive(line("2", "o/a", "2017-07-24T00:00:02Z") + "{broken\n\n" +
                                  line("1", "o/a", "2017-07-24T00:00:01Z") + line("3", "o/b", "2017-07-24T00:00:00Z"));
  ASSERT_EQ(found.size(), 2u);
  ASSERT_EQ(found.at("o/a").size(), 2u);
  EXPECT_EQ(found.at("o/a")[0].id, 1u);
  EXPECT_EQ(found.at("o/b")[0].type, "WatchEvent");
}

TEST(EventJson, is_read_back_as_it_was_meant) {
  const core::EventKey key{123, event_time_from_unix(kStart)};
  for (const char* type :
       {"PushEvent", "WatchEvent", "CreateEvent", "DeleteEvent", "PullRequestEvent", "PullRequestReviewEvent",
        "IssuesEvent", "IssueCommentEvent", "ReleaseEvent", "ForkEvent", "SomethingNewEvent"}) {
    github::EventParser parser;
    const std::string json = event_json(key, type, "a\"b", {42, "o/r", true}, 0);
    const auto event = parser.event(json);
    ASSERT_TRUE(event) << json;
    EXPECT_EQ(event->key, key);
    EXPECT_EQ(event->type, type);
    EXPECT_EQ(event->actor, "a\"b");
    EXPECT_EQ(event->repository, "o/r");
    EXPECT_EQ(json, event_json(key, type, "a\"b", {42, "o/r", true}, 0));
    EXPECT_EQ(event_json(key, type, "x", {42, "o/r", false}, 0).find("\"org\""), std::string::npos);
    const auto moved = parser.event(recorded_json(json, {7, event_time_from_unix(9)}, {1, "x/y", true}));
    ASSERT_TRUE(moved);
    EXPECT_EQ(moved->key.id, 7u);
    EXPECT_EQ(moved->repository, "x/y");
    EXPECT_EQ(moved->type, type);
  }
}

}  // namespace
}  // namespace repopulse::sim
