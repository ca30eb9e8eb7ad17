// The collection `owners`: { _id: the login in lower case, login, active, archived, forks, added_at, listing,
// revision }. Each change is one write of one document.
#pragma once

#include <cstdint>
#include <vector>

#include "core/result.h"
#include "store/mongo/database.h"
#include "store/owner_store.h"

namespace repopulse::store::mongo {

class Owners {
 public:
  explicit Owners(Database& database) : database_(database) {}

  core::Result<std::vector<Owner>> all();
  core::Result<Owner> add(const Owner& owner);       // kConflict
  core::Result<Owner> update(const Owner& owner);    // kStale
  core::Status remove(const core::OwnerName& name);  // kNotFound

 private:
  core::Result<std::int64_t> next_revision();

  Database& database_;
};

}  // namespace repopulse::store::mongo
