#include "store/mongo/notes.h"

#include "store/mongo/schema.h"

namespace repopulse::store::mongo {

Result<std::vector<Note>> Notes::all() {
  return database_.find(kNotes, {}, by_ascending_id()).map([](const std::vector<Bson>& documents) {
    std::vector<Note> out;
    for (const Bson& note : documents) {
      out.emplace_back(note.text("_id").value_or(""), note.bytes("value").value_or(""));
    }
    return out;
  });
}

Status Notes::put(const Note& note) {
  const auto& [name, value] = note;
  return database_.upsert(kNotes, Bson{{"_id", std::string_view(name)}},
                          Bson{{"$set", Bson{{"value", Binary{value}}}}});
}

}  // namespace repopulse::store::mongo
