#include "store/mongo/schema.h"

#include <algorithm>
#include <array>

namespace repopulse::store::mongo {

const std::vector<Index>& indexes() {
  static const std::vector<Index> all{
      {kRepositories, "key", {{"key", 1}}, true},
      {kRepositories, "polling_shard", {{"polling.shard", 1}}, false},
      {kFeeds, "polling_shard", {{"polling.shard", 1}}, false},
      // What an event is: GitHub's ids fell in 2025, so an id alone may come again years apart.
      {kEvents, "identity", {{"repository", 1}, {"event_id", 1}, {"created_at", 1}}, true},
      // For streams. Not unique: a sharded collection takes only unique indexes that begin with its shard key.
      {kEvents, "in_order", {{"sequence", 1}, {"repository", 1}}, false},
      // Pages of events, newest first, and windows, which are read from this index alone.
      {kEvents,
       "newest_with_actor",
       {{"repository", 1}, {"created_at", -1}, {"event_id", -1}, {"type", 1}, {"actor_key", 1}},
       false},
      {kEvents, "by_type", {{"repository", 1}, {"type", 1}, {"created_at", -1}, {"event_id", -1}}, false},
      {kEvents, "by_actor", {{"repository", 1}, {"actor_key", 1}, {"created_at", -1}, {"event_id", -1}}, false},
      {kEvents, "age", {{"created_at", 1}}, false},
      {kRanges, "open", {{"open", 1}}, false},
      {kRanges, "recount", {{"recount", 1}}, false},
      {kAlerts, "that_hold", {{"firing_key", 1}}, true},
      {kAlerts, "by_state", {{"firing", 1}, {"_id", -1}}, false},
      {kAlerts, "unsent", {{"unsent", 1}}, false},
      {kLeases, "term", {{"shard", 1}, {"fence", -1}}, true},
  };
  return all;
}

namespace {

Bson create_indexes(const Index& index) {
  Bson key;
  for (const auto& [field, direction] : index.fields) key.add(field, std::int64_t{direction});
  Bson wanted{{"key", key}, {"name", std::string_view(index.name)}};
  if (index.unique) wanted.add("unique", true);
  return Bson{{"createIndexes", std::string_view(index.collection)}, {"indexes", Array{wanted}}};
}

// Where an index is there already, nothing happens.
Status create_all_indexes(Database& database) {
  for (const Index& index : indexes()) {
    if (const auto made = database.command(create_indexes(index)); !made) return tl::unexpected(made.error());
  }
  return {};
}

// Stores of earlier versions have these, in whose place are `newest_with_actor` and `in_order`.
constexpr std::array<std::string_view, 2> kFormerOfEvents{"newest", "sequence"};

Status drop_former_indexes(Database& database) {
  const auto listed = database.command(Bson{{"listIndexes", std::string_view(kEvents)}});
  if (!listed) return tl::unexpected(listed.error());
  for (const Bson& index : listed->documents("cursor.firstBatch")) {
    const std::string name = index.text("name").value_or("");
    if (std::ranges::find(kFormerOfEvents, name) == kFormerOfEvents.end()) continue;
    // Another server may do the same at once: then it is not there any more, which is as wanted.
    (void)database.command(Bson{{"dropIndexes", std::string_view(kEvents)}, {"index", std::string_view(name)}});
  }
  return {};
}

// Stores of earlier versions lack the newer indexes.
Status bring_up_to_date(Database& database) {
  if (const auto created = create_all_indexes(database); !created) return created;
  return drop_former_indexes(database);
}

}  // namespace

Status prepare(Database& database) {
  const auto schema = database.find_one(kCounters, Bson{{"_id", std::string_view("schema")}});
  if (!schema) return tl::unexpected(schema.error());
  if (*schema) {
    const std::int64_t version = (*schema)->integer("version").value_or(0);
    if (version == kSchemaVersion) return bring_up_to_date(database);
    return core::fail(core::ErrorKind::kCorrupt, "the store is of version " + std::to_string(version) +
                                                     ", this repopulse knows version " +
                                                     std::to_string(kSchemaVersion));
  }
  if (const auto created = create_all_indexes(database); !created) return created;
  const std::array<Bson, 2> first{
      Bson{{"_id", std::string_view("repositories")}, {"revision", std::int64_t{0}}, {"next", std::int64_t{1}}},
      Bson{{"_id", std::string_view("schema")}, {"version", kSchemaVersion}},  // last: it says that all is there
  };
  for (const Bson& document : first) {
    if (const auto made = database.insert_one(kCounters, document); !made) return tl::unexpected(made.error());
  }
  return {};
}

}  // namespace repopulse::store::mongo
