// Where hours, days and weeks begin in a time zone. Pure: a time zone is an argument, and nothing here reads a clock.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "core/time.h"

namespace repopulse::core {

enum class CalendarUnit { kHour, kDay, kWeek };
std::string_view to_string(CalendarUnit unit);  // `hour`, `day`, `week`
std::optional<CalendarUnit> parse_calendar_unit(std::string_view text);

// Days begin at midnight, or where the clock jumps over midnight at that jump; where midnight comes twice, at the
// first. A day has 23 to 25 hours then; one that a zone left out does not exist. Weeks begin on Monday. An hour ends
// where the clock shows another one, or the same once more: a day of 25 hours has 25 of them, and where the clock is
// set in the middle of an hour, or by a part of one, some are short.
class Calendar {
 public:
  Calendar(CalendarUnit unit, absl::TimeZone zone) : unit_(unit), zone_(zone) {}

  CalendarUnit unit() const { return unit_; }
  // The first beginning of a unit after `at`.
  EventTime next(EventTime at) const;
  // The beginning of the unit that `at` is in.
  EventTime begin(EventTime at) const;
  bool is_begin(EventTime at) const { return next(at - Seconds(1)) == at; }
  // The beginning of the unit that is `units` before the one that `at` is in.
  EventTime begin_before(EventTime at, int units) const;
  // `since`, all beginnings between the two, and `until`: the edges of the parts into which the units divide the
  // stretch. Empty where `until` is not later than `since`; nullopt where there would be more than `most` parts.
  std::optional<std::vector<EventTime>> edges(EventTime since, EventTime until, std::size_t most) const;

 private:
  EventTime begin_of(absl::CivilDay day) const;
  absl::CivilDay day_of(EventTime at) const;

  CalendarUnit unit_;
  absl::TimeZone zone_;
};

}  // namespace repopulse::core
