// The collection `keys`: { _id, label, role, digest, salt, created_at }.
#pragma once

#include <string>
#include <vector>

#include "store/key_store.h"
#include "store/mongo/database.h"

namespace repopulse::store::mongo {

class Keys {
 public:
  explicit Keys(Database& database) : database_(database) {}

  core::Result<std::vector<ApiKey>> all();
  core::Status add(const ApiKey& key);             // kConflict: there is a key of that id
  core::Status revoke(const std::string& key_id);  // kNotFound: there is no key of that id

 private:
  Database& database_;
};

}  // namespace repopulse::store::mongo
