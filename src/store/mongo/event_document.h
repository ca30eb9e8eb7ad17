// An event as a document of the collection `events`, and back.
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
//   raw: the bytes that GitHub sent }. kBadInput: an id beyond BSON's 63 bits.
core::Result<Bson> event_document(const core::Event& event, RepoId repository, Sequence sequence);
// kCorrupt when a field is missing.
core::Result<StoredEvent> stored_event(const Bson& document);

// A JSON object as a document that ordinary tools can query: times stay strings, integers become 64-bit. Names that
// some servers refuse are changed: a leading `$` becomes U+FF04, a `.` U+FF0E, nothing `_`; of a name that comes twice
// the first holds. nullopt when the JSON is broken, deeper than 64 levels, or larger than 4 MiB: the bytes are kept all
// the same.
std::optional<Bson> json_document(std::string_view json);

// What an EventFilter means as a query.
Bson event_query(RepoId repository, const EventFilter& filter);
// The events of `keys`, and perhaps a few others with an id among theirs.
Bson key_query(RepoId repository, std::span<const core::EventKey> keys);
// The key of a document that has at least `event_id` and `created_at`.
std::optional<core::EventKey> event_key(const Bson& document);

}  // namespace repopulse::store::mongo
