#include "store/sqlite/keys.h"

namespace repopulse::store::sqlite {

std::vector<ApiKey> load_keys(Connection& connection) {
  std::vector<ApiKey> keys;
  Statement rows = connection.prepare("SELECT id, label, role, digest, salt, created_at FROM keys ORDER BY id");
  while (rows.step()) {
    keys.push_back({std::string(rows.text(0)), std::string(rows.text(1)),
                    rows.text(2) == "admin" ? KeyRole::kAdmin : KeyRole::kRead, std::string(rows.text(3)),
                    std::string(rows.text(4)), core::timestamp_from_unix_millis(rows.integer(5))});
  }
  return keys;
}

Status add_key(Connection& connection, const ApiKey& key) {
  connection.prepare("INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
      .bind_text(key.id)
      .bind_text(key.label)
      .bind_text(key.role == KeyRole::kAdmin ? "admin" : "read")
      .bind_blob(key.digest)
      .bind_blob(key.salt)
      .bind(core::unix_millis(key.created_at))
      .run();
  if (connection.changes() > 0) return {};
  return core::fail(core::ErrorKind::kConflict, "there is a key " + key.id + " already");
}

Status revoke_key(Connection& connection, const std::string& id) {
  connection.prepare("DELETE FROM keys WHERE id = ?").bind_text(id).run();
  if (connection.changes() > 0) return {};
  return core::fail(core::ErrorKind::kNotFound, "there is no key " + id);
}

}  // namespace repopulse::store::sqlite
