// How long a feed may be left alone before more events may have come than it holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/time.h"

namespace repopulse::polling {

inline constexpr std::size_t kSafetyArrivals = 600;  // what safe_interval wants to know of the past

// How fast a feed filled up: its shortest time for a whole feed of events, of each day of the last two weeks. A feed
// that was quiet for a night may be as busy in the morning as it was on other days.
class FillTimes {
 public:
  // `arrivals`: the newest known, ascending; the last `fresh` of them are new here.
  void observe(std::span<const core::EventTime> arrivals, std::size_t fresh);

  // The second shortest, since a single day may have been a robot gone wild; Millis::max() where there is none.
  core::Millis shortest(core::Timestamp now) const;

 private:
  struct Fill {
    std::int64_t day;  // since 1970, UTC
    core::Seconds time;
  };
  std::vector<Fill> fills_;  // by day, ascending
};

// How fast the feed filled up in the last hour, by when its events were shown: those that become visible late, with an
// old time of creation, push others out as any other does.
class ShownRate {
 public:
  // A read of the feed brought so many new events.
  void observe(std::size_t fresh, core::Timestamp now);
  double per_second() const { return per_second_; }  // 0: not known

 private:
  struct Read {
    core::Timestamp at;
    std::size_t fresh;
  };
  std::vector<Read> reads_;  // ascending; from the one that an hour ago was the last
  double per_second_ = 0;
};

// The longest time after `now` within which, with 99.9 % certainty, no more events come than the feed can show.
// `recent`: the newest arrivals, ascending, all up to `now`. Of GitHub's 300 events it trusts 250: feeds of 264 have
// been seen. It assumes that the busiest of three rates goes on, that of all of `recent`, that of its last hour, or
// `shown`; that counts vary as much as they did; and that the feed may again fill up as fast as in the last two weeks.
// With few arrivals there is no such time. Never more than `at_most`: how much counts varied takes long to find out,
// and is looked at only where it matters.
core::Millis safe_interval(std::span<const core::EventTime> recent, const FillTimes& fill_times, const ShownRate& shown,
                           core::Timestamp now, core::Millis at_most = core::Millis::max());

}  // namespace repopulse::polling
