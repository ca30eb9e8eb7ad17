// Statistics of all events of a stretch of time, from their times and types. Pure arithmetic.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/gap_statistics.h"
#include "core/time.h"

namespace repopulse::core {

// Takes the events in any order; cheapest, without sorting, where they come oldest first. 8 bytes an event.
class StretchStatistics {
 public:
  void add(EventTime created_at, std::string_view type);
  // As a window's over the same events; never bounded by their number. O(n) where they came in order.
  WindowStatistics statistics() const;
  std::size_t events() const { return events_; }
  void clear();  // keeps the memory, for the next stretch

 private:
  struct Times {
    std::string type;
    std::vector<EventTime> times;
    bool ascending = true;
  };
  Times& times_of(std::string_view type);

  std::vector<Times> types_;  // a repository has a dozen or two
  std::size_t last_ = 0;      // the index of the last event's type: the next is often of the same
  std::size_t events_ = 0;
};

}  // namespace repopulse::core
