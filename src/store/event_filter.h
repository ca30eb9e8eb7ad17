// What the words of an EventFilter mean, for stores that test events one by one.
#pragma once

#include "core/event.h"
#include "store/store.h"

namespace repopulse::store {

bool matches(const EventFilter& filter, const core::Event& event);

}  // namespace repopulse::store
