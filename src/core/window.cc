#include "core/window.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "core/clock.h"

namespace repopulse::core {
namespace {

Timestamp horizon(const WindowRule& rule, Timestamp now) {
  return now - std::chrono::days(rule.days);
}

}  // namespace

Window::Window(WindowRule rule, std::shared_ptr<const BotPatterns> bots) : rule_(rule), bots_(std::move(bots)) {}

std::uint32_t Window::type_index(std::string_view type) {
  const auto found = std::ranges::find(types_, type);
  if (found == types_.end()) {
    types_.emplace_back(type);
    return static_cast<std::uint32_t>(types_.size() - 1);
  }
  return static_cast<std::uint32_t>(found - types_.begin());
}

bool Window::insert(const EventKey& key, std::string_view type, Timestamp now, std::string_view actor) {
  const ActorKind kind = bots_ ? bots_->kind_of(actor) : ActorKind::kPerson;
  Entries& entries = entries_[static_cast<std::size_t>(kind)];
  const Entry entry{key.created_at, key.id, 0};
  const std::size_t not_ahead = come(entries, now);
  const bool comes_later = is_ahead(key.created_at, now);
  const std::size_t rivals = comes_later ? entries.size() - not_ahead : not_ahead;
  const bool full = rivals >= rule_.max_events;
  if (full && rivals == 0) return false;
  if (full && (comes_later ? *entries.rbegin() < entry : entry < *entries.begin())) return false;
  const std::size_t before = entries.size();
  // A window that is loaded comes newest first: each entry goes to the front, where no search is needed.
  entries.insert(entries.cbegin(), Entry{key.created_at, key.id, type_index(type)});
  const bool inserted = entries.size() > before;
  if (inserted && full) entries.erase(comes_later ? std::prev(entries.end()) : entries.begin());
  return inserted;
}

Window::Entries::const_iterator Window::first_ahead(const Entries& entries, Timestamp now) {
  auto at = entries.cend();
  while (at != entries.cbegin() && is_ahead(std::prev(at)->created_at, now)) --at;
  return at;
}

std::size_t Window::come(const Entries& entries, Timestamp now) {
  return entries.size() - static_cast<std::size_t>(std::distance(first_ahead(entries, now), entries.cend()));
}

Window::Entries::const_iterator Window::first_inside(const Entries& entries, Timestamp now) const {
  // Inside: created_at > now - days. In whole seconds that is created_at > floor(now - days).
  const Entry last_outside{to_event_time(horizon(rule_, now)), std::numeric_limits<std::uint64_t>::max(), 0};
  const auto young = entries.upper_bound(last_outside);
  // Events whose time has come since they were inserted count among the newest.
  const std::size_t present = come(entries, now);
  if (present <= rule_.max_events) return young;
  const auto newest = std::next(entries.cbegin(), static_cast<std::ptrdiff_t>(present - rule_.max_events));
  return young == entries.cend() || (newest != entries.cend() && *young < *newest) ? newest : young;
}

std::vector<Window::Entry> Window::inside(Timestamp now, Actors actors) const {
  std::vector<Entry> all;
  all.reserve(stored());
  for (const ActorKind kind : {ActorKind::kPerson, ActorKind::kBot}) {
    if (!includes(actors, kind)) continue;
    const Entries& entries = entries_[static_cast<std::size_t>(kind)];
    const auto end = first_ahead(entries, now);
    const auto middle = static_cast<std::ptrdiff_t>(all.size());
    for (auto at = first_inside(entries, now); at != entries.cend() && at != end && !is_ahead(at->created_at, now);
         ++at) {
      all.push_back(*at);
    }
    std::inplace_merge(all.begin(), all.begin() + middle, all.end());
  }
  if (all.size() > rule_.max_events) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(rule_.max_events));
  return all;
}

WindowStatistics Window::statistics(Timestamp now, Actors actors) const {
  WindowStatistics out;
  const std::vector<Entry> entries = inside(now, actors);
  if (entries.empty()) return out;
  out.from = entries.front().created_at;
  out.to = entries.back().created_at;
  out.events = entries.size();
  out.bounded_by_events = out.events >= rule_.max_events;

  // One pass groups the events by type; within a type they stay in order of time.
  std::vector<std::vector<EventTime>> times(types_.size());
  for (const Entry& entry : entries) times[entry.type].push_back(entry.created_at);
  for (std::size_t type = 0; type < times.size(); ++type) {
    if (!times[type].empty()) out.types.push_back(gap_statistics(types_[type], times[type]));
  }
  std::ranges::sort(out.types, {}, &GapStatistics::type);
  return out;
}

std::optional<EventTime> Window::from(Timestamp now) const {
  const std::vector<Entry> entries = inside(now, Actors::kAll);
  return entries.empty() ? std::nullopt : std::optional(entries.front().created_at);
}

std::optional<Timestamp> Window::next_change(Timestamp now) const {
  std::optional<Timestamp> next;
  if (const auto first = from(now)) next = to_timestamp(*first) + std::chrono::days(rule_.days);
  for (const Entries& entries : entries_) {
    const auto ahead = first_ahead(entries, now);
    if (ahead == entries.cend()) continue;
    const Timestamp comes = to_timestamp(ahead->created_at) - kClockTolerance;
    next = std::min(next.value_or(comes), comes);
  }
  return next;
}

std::vector<EventTime> Window::arrivals(Timestamp now, std::string_view type) const {
  std::vector<EventTime> times;
  for (const Entry& entry : inside(now, Actors::kAll)) {
    if (type.empty() || types_[entry.type] == type) times.push_back(entry.created_at);
  }
  return times;
}

std::size_t Window::stored() const {
  return entries_[0].size() + entries_[1].size();
}

bool Window::has_room(EventTime older, Timestamp now) const {
  if (to_timestamp(older) <= horizon(rule_, now)) return false;
  return std::ranges::any_of(entries_, [&](const Entries& entries) { return come(entries, now) < rule_.max_events; });
}

std::optional<EventTime> Window::newest(Timestamp now) const {
  std::optional<EventTime> newest;
  for (const Entries& entries : entries_) {
    const auto end = first_ahead(entries, now);
    if (end == entries.cbegin()) continue;
    const EventTime last = std::prev(end)->created_at;
    newest = std::max(newest.value_or(last), last);
  }
  return newest;
}

std::optional<EventTime> Window::oldest() const {
  std::optional<EventTime> oldest;
  for (const Entries& entries : entries_) {
    if (entries.empty()) continue;
    const EventTime first = entries.cbegin()->created_at;
    oldest = std::min(oldest.value_or(first), first);
  }
  return oldest;
}

}  // namespace repopulse::core
