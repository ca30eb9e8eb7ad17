// Whether an event matches an EventFilter, for stores that test events one by one. Pure.
#pragma once

#include "core/event.h"
#include "store/event_store.h"

namespace repopulse::store {

bool matches(const EventFilter& filter, const core::Event& event);

}  // namespace repopulse::store
