// Tables `events` and `dictionaries`. Call inside a transaction of the right kind; throws SqliteFailure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "store/event_codec.h"
#include "store/event_store.h"
#include "store/poll_store.h"
#include "store/sqlite/connections.h"

namespace repopulse::store::sqlite {

// --- writing ---
// Stores the dictionary that new events are packed with, if it is not stored yet.
void put_current_dictionary(Connection& connection);
// The repository must exist. For each event the sequence number it was given, or nullopt where it was known.
std::vector<std::optional<Sequence>> insert_events(Connection& connection, EventPacker& packer,
                                                   const RepositoryEvents& batch);
// The number deleted, at most `limit`. It begins with the repository `next` and leaves there where the next call is to
// begin: what has nothing old any more is not visited by each batch.
std::size_t delete_events_before(Connection& connection, core::EventTime before, std::size_t limit, RepoId& next);
// Deletes at most `limit` events of removed repositories; false when nothing is left to do.
bool sweep_removed(Connection& connection, std::size_t limit);

// --- reading ---
std::optional<Sequence> find_event(Connection& connection, RepoId repository, const core::EventKey& key);
void visit_newest(Connection& connection, RepoId repository, std::size_t limit, const EventStore::WindowVisitor& visit);
void visit_newest_of(Connection& connection, std::span<const RepoId> repositories,
                     const EventStore::WindowsVisitor& visit);
void visit_times(Connection& connection, RepoId repository, const EventFilter& filter,
                 const EventStore::TimeVisitor& visit);
std::optional<core::EventTime> first_event_at(Connection& connection, RepoId repository);
std::vector<core::EventTime> arrivals(Connection& connection, RepoId repository, core::EventTime since);
// Damaged events are left out, and told in `damaged`.
EventPage page_of_events(Reader& reader, RepoId repository, const EventFilter& filter, std::size_t offset,
                         std::size_t limit, std::vector<DamagedEvent>& damaged);
// At most `limit` that match, oldest first, later in (created_at, id) than `after`.
std::vector<StoredEvent> events_in_order(Reader& reader, RepoId repository, const EventFilter& filter,
                                         const std::optional<core::EventKey>& after, std::size_t limit);
std::vector<StoredEvent> events_after(Reader& reader, Sequence after, std::size_t limit,
                                      std::vector<DamagedEvent>& damaged);
Sequence last_sequence(Connection& connection);

}  // namespace repopulse::store::sqlite
