// What an account receives in the simulated GitHub of the backtest, which watches all repositories.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "backtest/simulated_github.h"
#include "core/events_feed.h"
#include "tests/backtest/traces.h"

namespace repopulse::backtest {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using core::AnswerKind;
using core::Timestamp;
using ::testing::ElementsAre;

const Timestamp kBegin = core::to_timestamp(core::event_time_from_unix(kTraceStart));

Trace trace_of(const std::string& name, const std::vector<std::pair<core::Seconds, std::string>>& events) {
  Trace trace{*core::RepoName::parse(name), {}};
  for (const auto& [after, kind] : events) {
    trace.events.push_back({core::event_time_from_unix(kTraceStart) + after, kind});
  }
  return trace;
}

std::vector<std::string> shown(const Answer& answer) {
  std::vector<std::string> events;
  for (const core::Event& event : answer.events) events.push_back(event.repository + " " + event.type);
  return events;
}

TEST(ReceivedEvents, are_of_all_owners_the_newest_first_without_stars_forks_members_and_going_public) {
  const std::vector<Trace> traces = {
      trace_of("o/r", {{1s, "PushEvent"}, {4s, "WatchEvent"}, {5s, "MemberEvent"}, {7s, "IssuesEvent"}}),
      trace_of("P/s", {{2s, "ForkEvent"}, {3s, "GollumEvent"}, {6s, "PublicEvent"}, {8s, "UnknownEvent"}})};
  SimulatedGitHub github(traces, {});
  EXPECT_THAT(shown(github.answer(kReceivedFeed, 1, {}, kBegin + 7s)),
              ElementsAre("o/r IssuesEvent", "P/s GollumEvent", "o/r PushEvent"));
  EXPECT_THAT(shown(github.answer(kReceivedFeed, 1, {}, kBegin + 8s)),
              ElementsAre("P/s UnknownEvent", "o/r IssuesEvent", "P/s GollumEvent", "o/r PushEvent"));
}

TEST(ReceivedEvents, of_an_account_that_is_unknown_are_not_found) {
  const std::vector<Trace> traces = {trace_of("o/r", {{1s, "PushEvent"}})};
  SimulatedGitHub github(traces, {});
  EXPECT_EQ(github.answer("users/nobody", 1, {}, kBegin).kind, AnswerKind::kNotFound);
  EXPECT_EQ(github.answer(kReceivedFeed, 1, {}, kBegin).kind, AnswerKind::kEvents);
}

TEST(ReceivedEvents, are_not_modified_while_nothing_is_received) {
  const std::vector<Trace> traces = {trace_of("o/r", {{1s, "PushEvent"}, {60s, "WatchEvent"}, {120s, "PushEvent"}})};
  SimulatedGitHub github(traces, {});
  const Answer first = github.answer(kReceivedFeed, 1, {}, kBegin + 1s);
  EXPECT_EQ(first.poll_interval, core::kUsualPollInterval);
  const Answer starred = github.answer(kReceivedFeed, 1, first.validator, kBegin + 60s);
  EXPECT_EQ(starred.kind, AnswerKind::kNotModified);
  EXPECT_EQ(starred.rate_limit->used, first.rate_limit->used);
  EXPECT_EQ(github.answer(kReceivedFeed, 1, first.validator, kBegin + 120s).kind, AnswerKind::kEvents);
}

TEST(ReceivedEvents, that_are_pushed_out_are_still_in_the_feeds_of_their_repositories) {
  std::vector<std::pair<core::Seconds, std::string>> flood;
  for (int i = 0; i < 400; ++i) flood.emplace_back(10s + i * 1s, "PushEvent");
  const std::vector<Trace> traces = {trace_of("o/quiet", {{1s, "PushEvent"}}), trace_of("p/flood", flood)};
  SimulatedGitHub github(traces, {});
  github.advance(kBegin + 1h);
  EXPECT_FALSE(github.events()[0].left_at) << "its own feed shows it";
  EXPECT_TRUE(github.events()[1].left_at);
}

struct Circumstances {
  FeedOrder order;
  core::Millis latency;
};

class ReceivedFeed : public testing::TestWithParam<Circumstances> {
 protected:
  // Ids of what it must show, by brute force: what is visible and received, the 300 that stand on top.
  std::vector<std::uint64_t> expected(const SimulatedGitHub& github, const std::vector<Trace>& traces, Timestamp now) {
    std::vector<std::pair<Timestamp, std::uint64_t>> visible;
    for (std::size_t i = 0; i < github.events().size(); ++i) {
      const SimulatedEvent& event = github.events()[i];
      const std::string& kind = traces[event.trace].events[event.position].kind;
      const bool hidden = kind == "WatchEvent" || kind == "ForkEvent" || kind == "PublicEvent" || kind == "MemberEvent";
      if (hidden || event.visible_at > now) continue;
      const bool by_arrival = GetParam().order == FeedOrder::kArrival;
      visible.emplace_back(by_arrival ? event.visible_at : core::to_timestamp(event.created_at), i + 1);
    }
    std::ranges::sort(visible, std::ranges::greater());
    std::vector<std::uint64_t> ids;
    for (const auto& [at, id] : visible) ids.push_back(id);
    ids.resize(std::min(ids.size(), core::kFeedDepth));
    return ids;
  }
};

TEST_P(ReceivedFeed, shows_the_newest_300_page_by_page) {
  std::vector<Trace> traces;
  for (unsigned i = 0; i < 6; ++i) {
    traces.push_back(trace_of_people("o" + std::to_string(i % 4) + "/r" + std::to_string(i), 5 << i, 5, i + 1));
  }
  SimulatedGitHub github(traces, {.latency = GetParam().latency, .order = GetParam().order});
  std::mt19937_64 random(7);
  for (Timestamp now = kBegin; now < kBegin + 5 * 24h; now += core::Millis(random() % 20'000'000)) {
    const std::vector<std::uint64_t> all = expected(github, traces, now);
    std::vector<std::uint64_t> met;
    for (int page = 1; page <= 3; ++page) {
      const Answer answer = github.answer(kReceivedFeed, page, {}, now);
      ASSERT_EQ(answer.kind, AnswerKind::kEvents);
      EXPECT_EQ(answer.has_next, all.size() > core::kEventsPerPage * static_cast<std::size_t>(page));
      for (const core::Event& event : answer.events) met.push_back(event.key.id);
    }
    ASSERT_EQ(met, all);
  }
}

INSTANTIATE_TEST_SUITE_P(OrdersAndLatencies, ReceivedFeed,
                         testing::Values(Circumstances{FeedOrder::kArrival, 0s},
                                         Circumstances{FeedOrder::kArrival, 5min},
                                         Circumstances{FeedOrder::kCreated, 0s},
                                         Circumstances{FeedOrder::kCreated, 5min}));

}  // namespace
}  // namespace repopulse::backtest
