#include "monitor/windows.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <memory>
#include <optional>
#include <vector>

#include "tests/monitor/parts.h"

namespace repopulse::monitor::test {
namespace {

constexpr core::WindowRule kRule{.days = 7, .max_events = 6};

std::shared_ptr<const core::BotPatterns> robots() {
  return std::make_shared<const core::BotPatterns>(core::BotPatterns::well_known());
}

// An event of the repository that GitHub gave this number (0: it names none), `age` before now.
core::Event event_of(std::uint64_t github_id, std::uint64_t id, core::Seconds age, bool by_robot) {
  core::Event out;
  out.key = {id, core::to_event_time(kNow) - age};
  out.type = id % 2 == 0 ? "PushEvent" : "WatchEvent";
  out.actor = by_robot ? "dependabot[bot]" : "ada";
  out.repository = "o/r";
  const std::string number = github_id == 0 ? "" : R"("id":)" + std::to_string(github_id) + ",";
  out.json = R"({"id":")" + std::to_string(id) + R"(","type":")" + out.type + R"(","actor":{"login":")" + out.actor +
             R"("},"repo":{)" + number + R"("name":"o/r"},"created_at":")" + core::format_rfc3339(out.key.created_at) +
             R"("})";
  out.github_id = github_id;
  return out;
}

// A repository as it is stored: of events in the last days, some long ago, some ahead of the clock, some of another
// repository that had the name.
struct History {
  std::vector<core::Event> events;
  std::uint64_t github_id = 0;
  std::optional<core::EventTime> others_until;
};

rc::Gen<History> any_history() {
  return rc::gen::exec([] {
    History out;
    out.github_id = *rc::gen::inRange<std::uint64_t>(0, 3);
    const std::int64_t span = *rc::gen::element<std::int64_t>(3'600, 86'400 * 8, 86'400 * 60);
    const int count = *rc::gen::inRange(0, 40);
    for (int i = 0; i < count; ++i) {
      const core::Seconds age(*rc::gen::inRange<std::int64_t>(-600, span));
      out.events.push_back(event_of(static_cast<std::uint64_t>(*rc::gen::inRange(0, 3)),
                                    static_cast<std::uint64_t>(i) + 1, age, *rc::gen::inRange(0, 3) == 0));
    }
    if (*rc::gen::inRange(0, 3) == 0) {
      out.others_until = core::to_event_time(kNow) - core::Seconds(*rc::gen::inRange<std::int64_t>(0, span));
    }
    return out;
  });
}

bool belongs(const core::Event& event, const History& history) {
  if (!history.others_until || event.key.created_at > *history.others_until) return true;
  return history.github_id != 0 && is_of(event.github_id, history.github_id);
}

// All events that are the repository's, in the order in which they came.
core::Window brute_force(const History& history) {
  core::Window window(kRule, robots());
  for (const core::Event& event : history.events) {
    if (belongs(event, history)) window.insert(event.key, event.type, kNow, event.actor);
  }
  return window;
}

void expect_same(const core::Window& window, const core::Window& expected) {
  for (const core::Actors actors : {core::Actors::kAll, core::Actors::kPeople, core::Actors::kBots}) {
    const core::WindowStatistics is = window.statistics(kNow, actors);
    const core::WindowStatistics should = expected.statistics(kNow, actors);
    RC_ASSERT(is.events == should.events);
    RC_ASSERT(is.bounded_by_events == should.bounded_by_events);
    RC_ASSERT(is.types == should.types);
  }
  RC_ASSERT(window.arrivals(kNow) == expected.arrivals(kNow));
  RC_ASSERT(window.next_change(kNow) == expected.next_change(kNow));
}

RC_GTEST_PROP(Windows, OfManyRepositoriesAreThoseThatTheirEventsMake, ()) {
  const auto histories = *rc::gen::container<std::vector<History>>(any_history());
  sim::MemoryStore store;
  std::vector<store::Repository> repositories;
  for (std::size_t i = 0; i < histories.size(); ++i) {
    const store::NewRepository wanted{name_of("o/r" + std::to_string(i)), true};
    repositories.push_back(store.add_repositories({&wanted, 1}, kNow)->front().repository);
    repositories.back().others_until = histories[i].others_until;
    store::PollCommit commit;
    commit.events.push_back({repositories.back().id, histories[i].events});
    RC_ASSERT(store.commit(commit).has_value());
  }
  std::vector<WantedWindow> wanted;
  for (std::size_t i = 0; i < histories.size(); ++i) wanted.push_back({&repositories[i], histories[i].github_id});
  const auto windows = load_windows(store, wanted, core::Window(kRule, robots()), kNow);
  RC_ASSERT(windows.has_value());
  RC_ASSERT(windows->size() == histories.size());
  for (std::size_t i = 0; i < histories.size(); ++i) {
    expect_same((*windows)[i], brute_force(histories[i]));
    const auto alone = load_window(store, wanted[i], core::Window(kRule, robots()), kNow);
    RC_ASSERT(alone.has_value());
    expect_same((*windows)[i], *alone);
    RC_ASSERT((*windows)[i].stored() == alone->stored());
    RC_ASSERT((*windows)[i].oldest() == alone->oldest());
  }
}

}  // namespace
}  // namespace repopulse::monitor::test
