#include "core/watched_time.h"

#include <algorithm>

namespace repopulse::core {

Seconds watched_time(EventTime from, EventTime to, std::span<const Gap> gaps) {
  Seconds watched = std::max(to - from, Seconds(0));
  for (const Gap& gap : gaps) watched -= std::max(std::min(gap.to, to) - std::max(gap.from, from), Seconds(0));
  return watched;
}

EventTime told_end(EventTime from, EventTime newest, EventTime now) {
  constexpr int kSteps = 16;
  constexpr Seconds kShortestStep{60};
  const Seconds step = std::max((newest - from) / kSteps, kShortestStep);
  return newest + (now - newest) / step * step;
}

}  // namespace repopulse::core
