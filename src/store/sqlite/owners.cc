#include "store/sqlite/owners.h"

#include <string>

#include "store/sqlite/repositories.h"

namespace repopulse::store::sqlite {
namespace {

using core::ErrorKind;

std::int64_t next_revision(Connection& connection) {
  connection.prepare("UPDATE counters SET value = value + 1 WHERE name = 'owners_revision'").run();
  return connection.integer("SELECT value FROM counters WHERE name = 'owners_revision'");
}

core::OwnerName read_name(Connection& connection, std::string_view login) {
  auto name = core::OwnerName::parse(std::string(login) + "/*");
  if (name) return *std::move(name);
  throw SqliteFailure(SQLITE_CORRUPT,
                      {ErrorKind::kCorrupt, "store " + connection.path() + ": table owners: " + name.error().message});
}

}  // namespace

std::vector<Owner> load_owners(Connection& connection) {
  std::vector<Owner> owners;
  Statement rows =
      connection.prepare("SELECT login, active, archived, forks, added_at, listing, revision FROM owners ORDER BY key");
  while (rows.step()) {
    owners.push_back({read_name(connection, rows.text(0)), rows.integer(1) != 0, rows.integer(2) != 0,
                      rows.integer(3) != 0, core::timestamp_from_unix_millis(rows.integer(4)),
                      std::string(rows.text(5)), rows.integer(6)});
  }
  return owners;
}

Result<Owner> add_owner(Connection& connection, const Owner& owner) {
  Owner added = owner;
  added.revision = next_revision(connection);
  connection.prepare("INSERT INTO owners VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
      .bind_text(owner.name.key())
      .bind_text(owner.name.login())
      .bind(owner.active ? 1 : 0)
      .bind(owner.archived ? 1 : 0)
      .bind(owner.forks ? 1 : 0)
      .bind(core::unix_millis(owner.added_at))
      .bind_blob(owner.listing)
      .bind(added.revision)
      .run();
  if (connection.changes() == 0) return core::fail(ErrorKind::kConflict, owner.name.full_name() + " is there already");
  move_repositories_revision(connection);
  return added;
}

Result<Owner> update_owner(Connection& connection, const Owner& owner) {
  Owner updated = owner;
  updated.revision = next_revision(connection);
  connection
      .prepare(
          "UPDATE owners SET active = ?, archived = ?, forks = ?, listing = ?, revision = ?"
          " WHERE key = ? AND revision = ?")
      .bind(owner.active ? 1 : 0)
      .bind(owner.archived ? 1 : 0)
      .bind(owner.forks ? 1 : 0)
      .bind_blob(owner.listing)
      .bind(updated.revision)
      .bind_text(owner.name.key())
      .bind(owner.revision)
      .run();
  if (connection.changes() == 0)
    return core::fail(ErrorKind::kStale, owner.name.full_name() + " was changed meanwhile");
  move_repositories_revision(connection);
  return updated;
}

Status remove_owner(Connection& connection, const core::OwnerName& name) {
  connection.prepare("DELETE FROM owners WHERE key = ?").bind_text(name.key()).run();
  if (connection.changes() == 0) return core::fail(ErrorKind::kNotFound, name.full_name() + " is not followed");
  move_repositories_revision(connection);
  return {};
}

}  // namespace repopulse::store::sqlite
