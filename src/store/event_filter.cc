#include "store/event_filter.h"

#include <algorithm>

#include "base/text.h"
#include "core/repo_name.h"

namespace repopulse::store {

bool matches(const EventFilter& filter, const core::Event& event) {
  if (filter.since && event.key.created_at < *filter.since) return false;
  if (filter.until && event.key.created_at > *filter.until) return false;
  if (!filter.types.empty() && std::find(filter.types.begin(), filter.types.end(), event.type) == filter.types.end()) {
    return false;
  }
  if (filter.actors != core::Actors::kAll && !core::includes(filter.actors, filter.bots.kind_of(event.actor))) {
    return false;
  }
  return filter.actor.empty() || base::to_lower(filter.actor) == base::to_lower(event.actor);
}

}  // namespace repopulse::store
