// How long a feed may be left alone before more events may have come than it holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/time.h"

namespace repopulse::polling {

inline constexpr std::size_t kSafetyArrivals = 600;  // what safe_interval wants to know of the past

// The shortest times in which a feed filled up, a day each, over the last two weeks: a feed that has been quiet for a
// night may be as busy in the morning as it was on other days.
class Rushes {
 public:
  // `arrivals`: the newest known, ascending; the last `fresh` of them have not been seen here.
  void observe(std::span<const core::EventTime> arrivals, std::size_t fresh);

  // The second shortest (a single day may have been a robot gone wild), and Millis::max() where there is none.
  core::Millis shortest(core::Timestamp now) const;

 private:
  struct Rush {
    std::int64_t day;  // since 1970, UTC
    core::Seconds length;
  };
  std::vector<Rush> rushes_;  // by day, ascending
};

// The longest time after `now` within which, with 99.9 % certainty, no more events come than the feed can show.
// `recent`: the newest arrivals, ascending, all up to `now`. Of GitHub's 300 events it trusts 250: feeds of 264 have
// been seen. It takes the busier of the recent past as a whole and its last hour to go on, lets counts vary as much as
// they did, and expects the rushes of the last two weeks to come again. Few arrivals give Millis::max().
core::Millis safe_interval(std::span<const core::EventTime> recent, const Rushes& rushes, core::Timestamp now);

}  // namespace repopulse::polling
