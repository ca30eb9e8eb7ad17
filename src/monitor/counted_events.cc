#include "monitor/counted_events.h"

#include <algorithm>

#include "core/clock.h"
#include "monitor/identity.h"

namespace repopulse::monitor {
namespace {

// Of the events that match, up to the newest of another repository, those of this one. `visit` returns false to stop.
template <typename Visit>
core::Status visit_own(store::EventStore& store, const RepositoryView& repository, store::EventFilter filter,
                       const Visit& visit) {
  const std::uint64_t number = repository.feed.github_id;
  if (number == 0) return {};  // nothing tells which they are
  const core::EventTime others = *repository.repository.others_until;
  filter.until = std::min(filter.until.value_or(others), others);
  return store.visit_events(repository.repository.id, filter, [&](const store::StoredEvent& stored) {
    return !is_of(github_id_in(stored.event.json), number) || visit(stored.event);
  });
}

}  // namespace

core::Status visit_counted(store::EventStore& store, const RepositoryView& repository, const store::EventFilter& filter,
                           core::Timestamp now, const store::EventStore::TimeVisitor& visit) {
  store::EventFilter counted = filter;
  const core::EventTime latest = core::to_event_time(now + core::kClockTolerance);
  counted.until = std::min(filter.until.value_or(latest), latest);
  if (const auto& others = repository.repository.others_until) {
    const auto own = visit_own(store, repository, counted, [&](const core::Event& event) {
      visit(event.key.created_at, event.type);
      return true;
    });
    if (!own) return own;
    const core::EventTime after = *others + core::Seconds(1);
    counted.since = std::max(filter.since.value_or(after), after);
  }
  return store.visit_times(repository.repository.id, counted, visit);
}

core::Result<std::optional<core::EventTime>> first_counted(store::EventStore& store, const RepositoryView& repository) {
  const auto& others = repository.repository.others_until;
  if (!others) return store.first_event_at(repository.repository.id);
  std::optional<core::EventTime> first;
  const auto note = [&](const core::Event& event) {
    first = event.key.created_at;
    return false;
  };
  if (const auto own = visit_own(store, repository, {}, note); !own) return tl::unexpected(own.error());
  if (first) return first;
  store::EventFilter later;
  later.since = *others + core::Seconds(1);
  return store
      .visit_events(repository.repository.id, later,
                    [&](const store::StoredEvent& stored) { return note(stored.event); })
      .map([&] { return first; });
}

}  // namespace repopulse::monitor
