#include "core/stretch_statistics.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "core/window.h"

namespace repopulse::core {
namespace {

using Events = std::vector<std::pair<std::int64_t, int>>;  // seconds and kind

std::string kind(int number) {
  return std::string(1, static_cast<char>('A' + number));
}

Events some_events() {
  return *rc::gen::container<Events>(rc::gen::pair(rc::gen::inRange<std::int64_t>(0, 1000), rc::gen::inRange(0, 4)));
}

// Each type by itself, from its sorted times.
std::vector<GapStatistics> by_brute_force(const Events& events) {
  std::map<std::string, std::vector<EventTime>> times;
  for (const auto& [second, number] : events) times[kind(number)].push_back(event_time_from_unix(second));
  std::vector<GapStatistics> out;
  for (auto& [type, of_type] : times) {
    std::ranges::sort(of_type);
    out.push_back(gap_statistics(type, of_type));
  }
  return out;
}

RC_GTEST_PROP(StretchStatistics, EqualBruteForceInWhateverOrderTheEventsCome, ()) {
  StretchStatistics stretch;
  for (const Events& events : {some_events(), some_events()}) {
    stretch.clear();
    for (const auto& [second, number] : events) stretch.add(event_time_from_unix(second), kind(number));
    const WindowStatistics found = stretch.statistics();
    RC_ASSERT(found.types == by_brute_force(events));
    RC_ASSERT(found.events == events.size());
    RC_ASSERT(!found.bounded_by_events);
    if (events.empty()) {
      RC_ASSERT(!found.from && !found.to);
    } else {
      RC_ASSERT(found.from == event_time_from_unix(std::ranges::min(events).first));
      RC_ASSERT(found.to == event_time_from_unix(std::ranges::max(events).first));
    }
  }
}

RC_GTEST_PROP(StretchStatistics, EqualThoseOfAWindowThatHoldsTheSameEvents, ()) {
  const Events events = some_events();
  StretchStatistics stretch;
  Window window({.days = 7, .max_events = 10'000});
  std::uint64_t id = 0;
  for (const auto& [second, number] : events) {
    stretch.add(event_time_from_unix(second), kind(number));
    window.insert({++id, event_time_from_unix(second)}, kind(number));
  }
  const WindowStatistics expected = window.statistics(timestamp_from_unix_millis(2'000'000));
  RC_ASSERT(stretch.statistics().types == expected.types);
  RC_ASSERT(stretch.statistics().events == expected.events);
}

}  // namespace
}  // namespace repopulse::core
