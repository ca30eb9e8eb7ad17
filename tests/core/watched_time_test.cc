#include "core/watched_time.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

namespace repopulse::core {
namespace {

EventTime at(std::int64_t second) {
  return event_time_from_unix(second);
}

RC_GTEST_PROP(WatchedTime, is_the_number_of_seconds_in_no_gap, ()) {
  const auto from = *rc::gen::inRange<std::int64_t>(0, 100);
  const auto to = *rc::gen::inRange<std::int64_t>(0, 100);
  std::vector<Gap> gaps;
  for (std::int64_t edge = *rc::gen::inRange<std::int64_t>(0, 40); edge < 100 && gaps.size() < 4;) {
    const auto end = edge + *rc::gen::inRange<std::int64_t>(1, 30);
    gaps.push_back({at(edge), at(end)});
    edge = end + *rc::gen::inRange<std::int64_t>(1, 30);
  }
  std::int64_t expected = 0;
  for (std::int64_t second = from; second < to; ++second) {
    const bool lost =
        std::ranges::any_of(gaps, [&](const Gap& gap) { return gap.from <= at(second) && at(second) < gap.to; });
    expected += lost ? 0 : 1;
  }
  RC_ASSERT(watched_time(at(from), at(to), gaps) == Seconds(expected));
}

RC_GTEST_PROP(WatchedTime, is_told_in_steps_of_the_silence, ()) {
  const auto before = *rc::gen::inRange<std::int64_t>(0, 1'000'000);
  const auto silence = *rc::gen::inRange<std::int64_t>(0, 10'000'000);
  const auto told = (told_end(at(0), at(before), at(before + silence)) - at(0)).count();
  RC_ASSERT(told >= before);
  RC_ASSERT(told <= before + silence);
  RC_ASSERT(before + silence - told < std::max<std::int64_t>(60, before / 16));
  RC_ASSERT(told_end(at(0), at(before), at(before + silence + 1)) >= at(told));
}

TEST(WatchedTime, stays_the_same_in_a_short_silence) {
  const EventTime day = at(86'400);
  EXPECT_EQ(told_end(at(0), day, day), day);
  EXPECT_EQ(told_end(at(0), day, day + std::chrono::minutes(89)), day);
  EXPECT_EQ(told_end(at(0), day, day + std::chrono::minutes(90)), day + std::chrono::minutes(90));
}

}  // namespace
}  // namespace repopulse::core
