// An event as a document of the collection `events`, and back; filters as queries. Pure: it never asks the database.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/event.h"
#include "core/result.h"
#include "store/event_store.h"
#include "store/mongo/bson.h"

namespace repopulse::store::mongo {

// { repository, event_id, created_at, type, actor, actor_key, sequence, event: GitHub's JSON as a document,
//   raw: the bytes that GitHub sent }. kBadInput: its id has more than BSON's 63 bits.
core::Result<Bson> event_document(const core::Event& event, RepoId repository, Sequence sequence);
// kCorrupt: a field is missing.
core::Result<StoredEvent> stored_event(const Bson& document);

// A JSON object as a document that ordinary tools can query: times stay strings, integers become 64-bit. Names that
// some servers refuse are changed: a leading `$` becomes U+FF04, a `.` U+FF0E, an empty name `_`; of two equal names
// the first is kept. nullopt: the JSON is broken, deeper than 64 levels, or larger than 4 MiB; the event is stored
// without this document then.
std::optional<Bson> json_document(std::string_view json);

// Finds the events of a repository that match.
Bson event_query(RepoId repository, const EventFilter& filter);
// Finds the events of `keys`, and perhaps a few others that have one of their ids.
Bson key_query(RepoId repository, std::span<const core::EventKey> keys);
// Finds the events of these repositories from `since` on, and before `until`, where they are given.
Bson stretch_query(const std::vector<std::int64_t>& repositories, std::optional<core::EventTime> since,
                   std::optional<core::EventTime> until);
// What the index `newest_with_actor` has of an event: views into its document.
struct IndexedEvent {
  std::int64_t repository = 0;
  core::EventKey key;
  std::string_view type;
  std::string_view actor_key;
};
std::optional<IndexedEvent> indexed_event(const bson_t& document);  // nullopt: a number or the time is missing
// The key of a document that has at least `event_id` and `created_at`.
std::optional<core::EventKey> event_key(const Bson& document);

}  // namespace repopulse::store::mongo
