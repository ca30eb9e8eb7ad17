#include "core/window.h"

#include <algorithm>
#include <limits>

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

bool Window::insert(const EventKey& key, std::string_view type) {
  const Entry entry{key.created_at, key.id, 0};
  const bool full = entries_.size() >= rule_.max_events;
  if (full && (entries_.empty() || entry < *entries_.begin())) return false;
  const auto [at, inserted] = entries_.insert(Entry{key.created_at, key.id, type_index(type)});
  if (inserted && full) entries_.erase(entries_.begin());
  return inserted;
}

Window::Entries::const_iterator Window::first_inside(Timestamp now) const {
  // Inside: created_at > now - days. In whole seconds that is created_at > floor(now - days).
  const Entry last_outside{to_event_time(horizon(rule_, now)), std::numeric_limits<std::uint64_t>::max(), 0};
  return entries_.upper_bound(last_outside);
}

WindowStatistics Window::statistics(Timestamp now) const {
  WindowStatistics out;
  const auto first = first_inside(now);
  if (first == entries_.end()) return out;
  out.from = first->created_at;
  out.to = entries_.rbegin()->created_at;

  // One pass groups the events by type; within a type they stay in order of time.
  std::vector<std::vector<EventTime>> times(types_.size());
  for (auto entry = first; entry != entries_.end(); ++entry) {
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
  if (first == entries_.end()) return std::nullopt;
  return first->created_at;
}

std::optional<Timestamp> Window::next_expiry(Timestamp now) const {
  const auto first = first_inside(now);
  if (first == entries_.end()) return std::nullopt;
  return to_timestamp(first->created_at) + std::chrono::days(rule_.days);
}

std::vector<EventTime> Window::arrivals(Timestamp now) const {
  std::vector<EventTime> times;
  for (auto entry = first_inside(now); entry != entries_.end(); ++entry) times.push_back(entry->created_at);
  return times;
}

std::optional<EventTime> Window::newest() const {
  if (entries_.empty()) return std::nullopt;
  return entries_.rbegin()->created_at;
}

}  // namespace repopulse::core
