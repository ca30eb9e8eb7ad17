#include "store/mongo/owners.h"

#include <string_view>
#include <utility>

#include "store/mongo/schema.h"

namespace repopulse::store::mongo {
namespace {

using core::ErrorKind;
using core::fail;

Bson by_key(const core::OwnerName& name) {
  return Bson{{"_id", std::string_view(name.key())}};
}

Result<Owner> read_owner(const Bson& document) {
  auto name = core::OwnerName::parse(document.text("login").value_or("") + "/*");
  if (!name) return fail(ErrorKind::kCorrupt, "MongoDB: a document of `owners` has no valid `login`");
  return Owner{*std::move(name),
               document.boolean("active").value_or(false),
               document.boolean("archived").value_or(false),
               document.boolean("forks").value_or(false),
               document.time("added_at").value_or(core::Timestamp{}),
               document.bytes("listing").value_or(""),
               document.integer("revision").value_or(0)};
}

}  // namespace

// Of all owners, so that one that is added anew never has the revision of the one before.
Result<std::int64_t> Owners::next_revision() {
  const Bson counter{{"_id", std::string_view("owners")}};
  const Bson one_more{{"$inc", Bson{{"revision", std::int64_t{1}}}}};
  auto counted = database_.find_and_update(kCounters, counter, one_more);
  if (counted && !*counted) {  // the first change of this store
    (void)database_.insert_one(kCounters, Bson{{"_id", std::string_view("owners")}, {"revision", std::int64_t{0}}});
    counted = database_.find_and_update(kCounters, counter, one_more);
  }
  if (!counted) return tl::unexpected(counted.error());
  if (!*counted) return fail(ErrorKind::kUnavailable, "MongoDB: `counters` takes no document `owners`");
  return (*counted)->integer("revision").value_or(0);
}

Result<std::vector<Owner>> Owners::all() {
  const auto documents = database_.find(kOwners, {}, by_ascending_id());
  if (!documents) return tl::unexpected(documents.error());
  std::vector<Owner> owners;
  for (const Bson& document : *documents) {
    auto owner = read_owner(document);
    if (!owner) return tl::unexpected(owner.error());
    owners.push_back(*std::move(owner));
  }
  return owners;
}

Result<Owner> Owners::add(const Owner& owner) {
  const auto revision = next_revision();
  if (!revision) return tl::unexpected(revision.error());
  Owner added = owner;
  added.revision = *revision;
  const auto inserted = database_.insert_one(kOwners, Bson{{"_id", std::string_view(owner.name.key())},
                                                           {"login", std::string_view(owner.name.login())},
                                                           {"active", owner.active},
                                                           {"archived", owner.archived},
                                                           {"forks", owner.forks},
                                                           {"added_at", owner.added_at},
                                                           {"listing", Binary{owner.listing}},
                                                           {"revision", added.revision}});
  if (!inserted) return tl::unexpected(inserted.error());
  if (!*inserted) return fail(ErrorKind::kConflict, owner.name.full_name() + " is there already");
  return added;
}

Result<Owner> Owners::update(const Owner& owner) {
  const auto revision = next_revision();
  if (!revision) return tl::unexpected(revision.error());
  Owner updated = owner;
  updated.revision = *revision;
  Bson same = by_key(owner.name);
  same.add("revision", owner.revision);
  const auto matched = database_.update_one(kOwners, same,
                                            Bson{{"$set", Bson{{"active", owner.active},
                                                               {"archived", owner.archived},
                                                               {"forks", owner.forks},
                                                               {"listing", Binary{owner.listing}},
                                                               {"revision", updated.revision}}}});
  if (!matched) return tl::unexpected(matched.error());
  if (*matched == 0) return fail(ErrorKind::kStale, owner.name.full_name() + " was changed meanwhile");
  return updated;
}

Status Owners::remove(const core::OwnerName& name) {
  const auto removed = database_.remove(kOwners, by_key(name));
  if (!removed) return tl::unexpected(removed.error());
  if (*removed == 0) return fail(ErrorKind::kNotFound, name.full_name() + " is not followed");
  return {};
}

}  // namespace repopulse::store::mongo
