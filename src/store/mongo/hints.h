// The collection `hints`: { _id: repository, origin and kind, repository, kind, by_person, left_at }. Mostly empty.
#pragma once

#include <span>
#include <vector>

#include "store/hint_store.h"
#include "store/mongo/database.h"

namespace repopulse::store::mongo {

class Hints {
 public:
  explicit Hints(Database& database) : database_(database) {}

  core::Status leave(const LeftHint& hint);
  core::Result<std::vector<LeftHint>> all();
  core::Status take(std::span<const LeftHint> hints);

 private:
  Database& database_;
};

}  // namespace repopulse::store::mongo
