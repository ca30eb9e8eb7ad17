#include "core/window.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "core/clock.h"

namespace repopulse::core {
namespace {

Timestamp horizon(const WindowRule& rule, Timestamp now) {
  return now - std::chrono::days(rule.days);
}

}  // namespace

Window::Window(WindowRule rule) : rule_(rule) {}

std::uint32_t Window::type_index(std::string_view type) {
  const auto found = std::ranges::find(types_, type);
  if (found == types_.end()) {
    types_.emplace_back(type);
    return static_cast<std::uint32_t>(types_.size() - 1);
  }
  return static_cast<std::uint32_t>(found - types_.begin());
}

bool Window::insert(const EventKey& key, std::string_view type, Timestamp now) {
  const Entry entry{key.created_at, key.id, 0};
  const auto ahead = static_cast<std::size_t>(std::distance(first_ahead(now), entries_.cend()));
  const bool comes_later = is_ahead(key.created_at, now);
  const std::size_t rivals = comes_later ? ahead : entries_.size() - ahead;
  const bool full = rivals >= rule_.max_events;
  if (full && rivals == 0) return false;
  if (full && (comes_later ? *entries_.rbegin() < entry : entry < *entries_.begin())) return false;
  const auto [at, inserted] = entries_.insert(Entry{key.created_at, key.id, type_index(type)});
  if (inserted && full) entries_.erase(comes_later ? std::prev(entries_.end()) : entries_.begin());
  return inserted;
}

Window::Entries::const_iterator Window::first_ahead(Timestamp now) const {
  auto at = entries_.cend();
  while (at != entries_.cbegin() && is_ahead(std::prev(at)->created_at, now)) --at;
  return at;
}

Window::Entries::const_iterator Window::first_inside(Timestamp now) const {
  // Inside: created_at > now - days. In whole seconds that is created_at > floor(now - days).
  const Entry last_outside{to_event_time(horizon(rule_, now)), std::numeric_limits<std::uint64_t>::max(), 0};
  const auto young = entries_.upper_bound(last_outside);
  // Events whose time has come since they were inserted count among the newest.
  const auto ahead = first_ahead(now);
  const auto come = entries_.size() - static_cast<std::size_t>(std::distance(ahead, entries_.cend()));
  if (come <= rule_.max_events) return young;
  const auto newest = std::next(entries_.cbegin(), static_cast<std::ptrdiff_t>(come - rule_.max_events));
  return young == entries_.cend() || (newest != entries_.cend() && *young < *newest) ? newest : young;
}

WindowStatistics Window::statistics(Timestamp now) const {
  WindowStatistics out;
  const auto first = first_inside(now);
  const auto end = first_ahead(now);
  if (first == entries_.cend() || (end != entries_.cend() && !(*first < *end))) return out;
  out.from = first->created_at;
  out.to = std::prev(end)->created_at;

  // One pass groups the events by type; within a type they stay in order of time.
  std::vector<std::vector<EventTime>> times(types_.size());
  for (auto entry = first; entry != end; ++entry) {
    times[entry->type].push_back(entry->created_at);
    ++out.events;
  }
  out.bounded_by_events = out.events >= rule_.max_events;
  for (std::size_t type = 0; type < times.size(); ++type) {
    if (!times[type].empty()) out.types.push_back(gap_statistics(types_[type], times[type]));
  }
  std::ranges::sort(out.types, {}, &GapStatistics::type);
  return out;
}

std::optional<EventTime> Window::from(Timestamp now) const {
  const auto first = first_inside(now);
  if (first == entries_.cend() || is_ahead(first->created_at, now)) return std::nullopt;
  return first->created_at;
}

std::optional<Timestamp> Window::next_change(Timestamp now) const {
  std::optional<Timestamp> next;
  if (const auto first = from(now)) next = to_timestamp(*first) + std::chrono::days(rule_.days);
  if (const auto ahead = first_ahead(now); ahead != entries_.cend()) {
    const Timestamp comes = to_timestamp(ahead->created_at) - kClockTolerance;
    next = std::min(next.value_or(comes), comes);
  }
  return next;
}

std::vector<EventTime> Window::arrivals(Timestamp now, std::string_view type) const {
  std::vector<EventTime> times;
  for (auto entry = first_inside(now); entry != entries_.cend() && !is_ahead(entry->created_at, now); ++entry) {
    if (type.empty() || types_[entry->type] == type) times.push_back(entry->created_at);
  }
  return times;
}

std::optional<EventTime> Window::newest(Timestamp now) const {
  const auto end = first_ahead(now);
  if (end == entries_.cbegin()) return std::nullopt;
  return std::prev(end)->created_at;
}

}  // namespace repopulse::core
