// The names of a document's fields, in order.
#pragma once

#include <string>
#include <vector>

#include "store/mongo/bson.h"

namespace repopulse::store::mongo {

inline std::vector<std::string> field_names(const Bson& document) {
  std::vector<std::string> out;
  bson_iter_t at;
  if (!bson_iter_init(&at, document.get())) return out;
  while (bson_iter_next(&at)) out.emplace_back(bson_iter_key(&at));
  return out;
}

}  // namespace repopulse::store::mongo
