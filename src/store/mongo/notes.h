// The collection `notes`: { _id: the note's name, value }.
#pragma once

#include <vector>

#include "store/mongo/database.h"
#include "store/poll_store.h"

namespace repopulse::store::mongo {

class Notes {
 public:
  explicit Notes(Database& database) : database_(database) {}

  core::Result<std::vector<Note>> all();
  core::Status put(const Note& note);

 private:
  Database& database_;
};

}  // namespace repopulse::store::mongo
