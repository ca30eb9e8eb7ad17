// The revision of the list of repositories and owners, and what changed with each: the document `repositories` of
// `counters` has the revision, and `list_changes` a document for each of the last kChangesKept ones, { _id: revision,
// repositories, owners }.
//
// A writer makes its change, takes the next revision, and then writes what changed under it. So whoever sees a revision
// sees its change, and may find no document for it: the writer is about to write it, or died, or is of an earlier
// version, which writes none, or the document was deleted since. Then anything may have changed.
#pragma once

#include <cstdint>
#include <vector>

#include "core/result.h"
#include "store/mongo/database.h"
#include "store/repository_store.h"

namespace repopulse::store::mongo {

inline constexpr std::int64_t kChangesKept = 1000;

// Finds the document of `counters` that is about the list: its revision, the next repository's number, and removals.
Bson list_counter();

class Revisions {
 public:
  explicit Revisions(Database& database) : database_(database) {}

  // After these repositories were changed in the store.
  core::Status move(const std::vector<std::int64_t>& repositories);
  // After an owner was.
  core::Status move_for_owners();
  core::Result<ListChanges> changes(std::int64_t since);

 private:
  core::Status move(const std::vector<std::int64_t>& repositories, bool owners);
  core::Result<std::int64_t> now();
  void forget_old(std::int64_t revision);

  Database& database_;
};

}  // namespace repopulse::store::mongo
