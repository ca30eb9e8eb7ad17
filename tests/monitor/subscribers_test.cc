#include "monitor/subscribers.h"

#include "monitor/signal.h"
#include "tests/monitor/parts.h"

namespace repopulse::monitor::test {
namespace {

TEST(Subscribers, hear_events_then_statistics_then_polls_until_they_are_removed) {
  Subscribers subscribers;
  std::vector<std::string> heard;
  Subscriber all;
  all.on_event = [&](const store::StoredEvent& stored, const core::RepoName& name) {
    heard.push_back(name.full_name() + " " + std::to_string(stored.sequence));
  };
  all.on_statistics = [&](const auto&) { heard.emplace_back("statistics"); };
  all.on_poll = [&](const PollReport& poll) { heard.push_back(poll.feed); };
  Subscriber polls;
  polls.on_poll = [&](const PollReport& poll) { heard.push_back("second: " + poll.feed); };
  const std::uint64_t first = subscribers.add(all);
  subscribers.add(polls);
  News news;
  news.polls.emplace_back().feed = "repos/o/r";
  news.statistics.push_back(nullptr);
  for (const store::Sequence sequence : {7, 8}) {
    news.events.emplace_back(store::StoredEvent{sequence, core::RepoId{1}, {}}, name_of("o/r"));
  }
  subscribers.tell(news);
  EXPECT_THAT(heard, testing::ElementsAre("o/r 7", "o/r 8", "statistics", "repos/o/r", "second: repos/o/r"));
  heard.clear();
  subscribers.remove(first);
  subscribers.tell(news);
  EXPECT_THAT(heard, testing::ElementsAre("second: repos/o/r"));
}

TEST(Signal, calls_whoever_has_set_it_last) {
  Signal signal;
  signal.raise();
  int calls = 0;
  signal.set([&] {
    ++calls;
    signal.set({});  // no lock is held meanwhile
  });
  signal.raise();
  signal.raise();
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace repopulse::monitor::test
