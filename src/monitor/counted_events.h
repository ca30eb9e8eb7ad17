// Which stored events of a repository count in statistics, and when they begin: not those of another repository that
// had the name before, and not those whose time has not come. Reads the store and never writes it.
#pragma once

#include <optional>

#include "core/result.h"
#include "core/time.h"
#include "monitor/snapshot.h"
#include "store/event_store.h"

namespace repopulse::monitor {

// Visits those that also match `filter`, oldest first by time. Errors are the store's. Events that others of the name
// may be among are read whole, since only their JSON tells.
core::Status visit_counted(store::EventStore& store, const RepositoryView& repository, const store::EventFilter& filter,
                           core::Timestamp now, const store::EventStore::TimeVisitor& visit);

// The time of the oldest of them; nullopt: there is none. Errors are the store's.
core::Result<std::optional<core::EventTime>> first_counted(store::EventStore& store, const RepositoryView& repository);

}  // namespace repopulse::monitor
