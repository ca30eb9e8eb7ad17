#include "core/calendar.h"

#include <array>

namespace repopulse::core {
namespace {

constexpr Seconds kHour = std::chrono::hours(1);
constexpr std::array kCalendarUnits = {CalendarUnit::kHour, CalendarUnit::kDay, CalendarUnit::kWeek};

absl::Time to_absl(EventTime at) {
  return absl::FromUnixSeconds(unix_seconds(at));
}

// Since the last full hour by the clock of the zone.
Seconds into_hour(EventTime at, absl::TimeZone zone) {
  const absl::CivilSecond shown = zone.At(to_absl(at)).cs;
  return std::chrono::minutes(shown.minute()) + Seconds(shown.second());
}

int offset(EventTime at, absl::TimeZone zone) {
  return zone.At(to_absl(at)).offset;
}

// The first second after `before`, up to `after`, that has another offset than `before`; `after` has another.
EventTime change_between(EventTime before, EventTime after, absl::TimeZone zone) {
  const int old = offset(before, zone);
  while (after - before > Seconds(1)) {
    const EventTime middle = before + (after - before) / 2;
    (offset(middle, zone) == old ? before : after) = middle;
  }
  return after;
}

EventTime next_hour(EventTime at, absl::TimeZone zone) {
  const EventTime hour = at + kHour - into_hour(at, zone);
  if (offset(hour, zone) == offset(at, zone)) return hour;
  // The clock is set meanwhile.
  const EventTime change = change_between(at, hour, zone);
  const auto shown = [&](EventTime moment) { return absl::CivilHour(zone.At(to_absl(moment)).cs); };
  if (change == hour || shown(change) != shown(change - Seconds(1))) return change;
  return change + kHour - into_hour(change, zone);
}

}  // namespace

std::string_view to_string(CalendarUnit unit) {
  switch (unit) {
    case CalendarUnit::kHour:
      return "hour";
    case CalendarUnit::kDay:
      return "day";
    case CalendarUnit::kWeek:
      break;
  }
  return "week";
}

std::optional<CalendarUnit> parse_calendar_unit(std::string_view text) {
  for (const CalendarUnit unit : kCalendarUnits) {
    if (to_string(unit) == text) return unit;
  }
  return std::nullopt;
}

// FromCivil() gives the jump for a time that is skipped, and the first of two.
EventTime Calendar::begin_of(absl::CivilDay day) const {
  return event_time_from_unix(absl::ToUnixSeconds(absl::FromCivil(absl::CivilSecond(day), zone_)));
}

// The first day of the unit of the day that the clock shows.
absl::CivilDay Calendar::day_of(EventTime at) const {
  const absl::CivilDay day(zone_.At(to_absl(at)).cs);
  return unit_ == CalendarUnit::kWeek ? absl::PrevWeekday(day + 1, absl::Weekday::monday) : day;
}

EventTime Calendar::next(EventTime at) const {
  if (unit_ == CalendarUnit::kHour) return next_hour(at, zone_);
  const int days = unit_ == CalendarUnit::kWeek ? 7 : 1;
  // The clock may show the day before once more, after midnight has been.
  absl::CivilDay day = day_of(at) + days;
  while (begin_of(day) <= at) day += days;
  return begin_of(day);
}

EventTime Calendar::begin(EventTime at) const {
  EventTime begin = unit_ == CalendarUnit::kHour ? at - into_hour(at, zone_) : begin_of(day_of(at));
  // Where the clock was set meanwhile, the unit may have begun later.
  for (EventTime following = next(begin); following <= at; following = next(begin)) begin = following;
  return begin;
}

EventTime Calendar::begin_before(EventTime at, int units) const {
  for (at = begin(at); units > 0; --units) at = begin(at - Seconds(1));
  return at;
}

std::optional<std::vector<EventTime>> Calendar::edges(EventTime since, EventTime until, std::size_t most) const {
  std::vector<EventTime> out;
  if (until <= since) return out;
  out.push_back(since);
  for (EventTime edge = next(since); edge < until; edge = next(edge)) {
    if (out.size() >= most) return std::nullopt;
    out.push_back(edge);
  }
  out.push_back(until);
  return out;
}

}  // namespace repopulse::core
