#include "store/mongo/keys.h"

#include "store/mongo/schema.h"

namespace repopulse::store::mongo {
namespace {

ApiKey read_key(const Bson& document) {
  return {document.opaque("_id"),
          document.opaque("label"),
          document.text("role") == "admin" ? KeyRole::kAdmin : KeyRole::kRead,
          document.bytes("digest").value_or(""),
          document.bytes("salt").value_or(""),
          document.time("created_at").value_or(core::Timestamp{})};
}

}  // namespace

Result<std::vector<ApiKey>> Keys::all() {
  return database_.find(kKeys, {}, by_ascending_id()).map([](const std::vector<Bson>& documents) {
    std::vector<ApiKey> out;
    for (const Bson& document : documents) out.push_back(read_key(document));
    return out;
  });
}

Status Keys::add(const ApiKey& key) {
  Bson document{{"role", std::string_view(key.role == KeyRole::kAdmin ? "admin" : "read")},
                {"digest", Binary{key.digest}},
                {"salt", Binary{key.salt}},
                {"created_at", key.created_at}};
  document.add_opaque("_id", key.id);
  document.add_opaque("label", key.label);
  const auto inserted = database_.insert_one(kKeys, document);
  if (!inserted) return tl::unexpected(inserted.error());
  if (!*inserted) return core::fail(core::ErrorKind::kConflict, "there is a key " + key.id + " already");
  return {};
}

Status Keys::revoke(const std::string& key_id) {
  const auto removed = database_.remove(kKeys, Bson{{"_id", std::string_view(key_id)}});
  if (!removed) return tl::unexpected(removed.error());
  if (*removed == 0) return core::fail(core::ErrorKind::kNotFound, "there is no key " + key_id);
  return {};
}

}  // namespace repopulse::store::mongo
