// The names of the collections, and the indexes that the queries need.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "store/mongo/bson.h"
#include "store/mongo/database.h"

namespace repopulse::store::mongo {

inline constexpr const char* kRepositories = "repositories";
inline constexpr const char* kEvents = "events";
inline constexpr const char* kFeeds = "feeds";               // state of feeds that are not a repository's
inline constexpr const char* kNotes = "notes";               // small values by name
inline constexpr const char* kHints = "hints";               // from one server to another, see hints.h
inline constexpr const char* kOwners = "owners";             // whose repositories are followed, see owners.h
inline constexpr const char* kKeys = "keys";                 // API keys
inline constexpr const char* kAlerts = "alerts";             // see alerts.h
inline constexpr const char* kLeases = "leases";             // a document for each term of each shard, see leases.h
inline constexpr const char* kRanges = "ranges";             // of sequence numbers, see sequences.h
inline constexpr const char* kCounters = "counters";         // `schema`, `repositories`
inline constexpr const char* kListChanges = "list_changes";  // see revisions.h

inline constexpr std::int64_t kSchemaVersion = 1;

struct Index {
  const char* collection;
  std::string name;
  std::vector<std::pair<const char*, int>> fields;  // 1 ascending, -1 descending
  bool unique = false;
};
const std::vector<Index>& indexes();

// Creates the indexes and the first documents; does nothing where they exist. Several servers may do so at once.
// kCorrupt: another version made the store.
core::Status prepare(Database& database);

}  // namespace repopulse::store::mongo
