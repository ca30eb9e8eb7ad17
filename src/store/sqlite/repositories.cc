#include "store/sqlite/repositories.h"

#include <set>
#include <string>
#include <utility>

#include "core/feed_name.h"
#include "store/gaps.h"

namespace repopulse::store::sqlite {
namespace {

constexpr std::string_view kAll =
    "SELECT id, full_name, active, added_at, events,"
    "       (SELECT max(created_at) FROM events WHERE repository = repositories.id), others_until FROM repositories "
    "ORDER BY id";
constexpr std::string_view kById =
    "SELECT id, full_name, active, added_at, events,"
    "       (SELECT max(created_at) FROM events WHERE repository = repositories.id), others_until FROM repositories "
    "WHERE id = ?";

std::vector<core::Gap> load_gaps(Connection& connection, RepoId repository) {
  std::vector<core::Gap> gaps;
  Statement rows = connection.prepare("SELECT starts_at, ends_at FROM gaps WHERE repository = ? ORDER BY starts_at");
  rows.bind(core::to_int(repository));
  while (rows.step()) {
    gaps.push_back({core::event_time_from_unix(rows.integer(0)), core::event_time_from_unix(rows.integer(1))});
  }
  return gaps;
}

Repository read_repository(Connection& connection, const Statement& row) {
  const core::Result<core::RepoName> name = core::RepoName::parse(row.text(1));
  if (!name) {
    throw SqliteFailure(SQLITE_CORRUPT,
                        {core::ErrorKind::kCorrupt, "store " + connection.path() + ": repository " +
                                                        std::to_string(row.integer(0)) + ": " + name.error().message});
  }
  Repository repository{RepoId{row.integer(0)},
                        *name,
                        row.integer(2) != 0,
                        core::timestamp_from_unix_millis(row.integer(3)),
                        static_cast<std::uint64_t>(row.integer(4)),
                        std::nullopt,
                        load_gaps(connection, RepoId{row.integer(0)})};
  if (!row.is_null(5)) repository.last_event_at = core::event_time_from_unix(row.integer(5));
  if (!row.is_null(6)) repository.others_until = core::event_time_from_unix(row.integer(6));
  return repository;
}

std::optional<Repository> find_repository(Connection& connection, RepoId repository) {
  Statement row = connection.prepare(kById);
  row.bind(core::to_int(repository));
  if (!row.step()) return std::nullopt;
  return read_repository(connection, row);
}

std::optional<Repository> find_repository(Connection& connection, const core::RepoName& name) {
  Statement row = connection.prepare("SELECT id FROM repositories WHERE key = ?");
  row.bind_text(name.key());
  if (!row.step()) return std::nullopt;
  return find_repository(connection, RepoId{row.integer(0)});
}

// What is known of the feed belongs to the events that were stored with it: without them its validators would make
// GitHub say "nothing new" of events that are missing.
void delete_feed(Connection& connection, std::string_view repository) {
  const std::string feed = core::repository_feed(repository);
  connection.prepare("DELETE FROM feeds WHERE feed = ?").bind_text(feed).run();
}

}  // namespace

std::vector<Repository> load_repositories(Connection& connection) {
  std::vector<Repository> repositories;
  Statement rows = connection.prepare(kAll);
  while (rows.step()) repositories.push_back(read_repository(connection, rows));
  return repositories;
}

std::vector<Repository> load_repositories_of(Connection& connection, std::span<const RepoId> repositories) {
  std::vector<Repository> loaded;
  for (const RepoId id : std::set(repositories.begin(), repositories.end())) {
    if (auto repository = find_repository(connection, id)) loaded.push_back(*std::move(repository));
  }
  return loaded;
}

bool has_repository(Connection& connection, RepoId repository) {
  return connection.prepare("SELECT 1 FROM repositories WHERE id = ?").bind(core::to_int(repository)).step();
}

std::vector<AddedRepository> add_repositories(Connection& connection, std::span<const NewRepository> repositories,
                                              core::Timestamp now) {
  std::vector<AddedRepository> added;
  bool created = false;
  for (const NewRepository& wanted : repositories) {
    if (std::optional<Repository> known = find_repository(connection, wanted.name)) {
      if (wanted.active && !known->active) {
        set_active(connection, known->id, true);
        known->active = true;
      }
      added.push_back({std::move(*known), false});
      continue;
    }
    connection.prepare("INSERT INTO repositories (key, full_name, active, added_at) VALUES (?, ?, ?, ?)")
        .bind_text(wanted.name.key())
        .bind_text(wanted.name.full_name())
        .bind(wanted.active ? 1 : 0)
        .bind(core::unix_millis(now))
        .run();
    const RepoId id{connection.last_insert_rowid()};
    added.push_back({{id, wanted.name, wanted.active, now, 0, std::nullopt, {}}, true});
    delete_feed(connection, wanted.name.key());
    created = true;
  }
  if (created) move_repositories_revision(connection);
  return added;
}

bool set_active(Connection& connection, RepoId repository, bool active) {
  if (!has_repository(connection, repository)) return false;
  const std::int64_t value = active ? 1 : 0;
  connection.prepare("UPDATE repositories SET active = ? WHERE id = ? AND active <> ?")
      .bind(value)
      .bind(core::to_int(repository))
      .bind(value)
      .run();
  if (connection.changes() > 0) move_repositories_revision(connection);
  return true;
}

bool remove_repository(Connection& connection, RepoId repository) {
  std::string key;
  {
    Statement row = connection.prepare("SELECT key FROM repositories WHERE id = ?");
    if (!row.bind(core::to_int(repository)).step()) return false;
    key = row.text(0);
  }
  delete_feed(connection, key);
  connection.prepare("DELETE FROM repositories WHERE id = ?").bind(core::to_int(repository)).run();
  connection.prepare("INSERT INTO removed_repositories VALUES (?)").bind(core::to_int(repository)).run();
  move_repositories_revision(connection);
  return true;
}

std::int64_t repositories_revision(Connection& connection) {
  return connection.integer("SELECT value FROM counters WHERE name = 'repositories_revision'");
}

// The file has one owner, which makes all changes: what changed between two revisions is not written down.
ListChanges list_changes(Connection& connection, std::int64_t since) {
  const std::int64_t revision = repositories_revision(connection);
  if (revision == since) return {revision, std::vector<RepoId>(), false};
  return {revision, std::nullopt, true};
}

void move_repositories_revision(Connection& connection) {
  connection.prepare("UPDATE counters SET value = value + 1 WHERE name = 'repositories_revision'").run();
}

void note_others(Connection& connection, RepoId repository, core::EventTime until) {
  connection.prepare("UPDATE repositories SET others_until = max(coalesce(others_until, ?1), ?1) WHERE id = ?2")
      .bind(core::unix_seconds(until))
      .bind(core::to_int(repository))
      .run();
}

void add_gap(Connection& connection, RepoId repository, const core::Gap& gap) {
  std::vector<core::Gap> gaps = load_gaps(connection, repository);
  gaps.push_back(gap);
  replace_gaps(connection, repository, std::move(gaps));
}

GapChange close_gaps(Connection& connection, RepoId repository, std::span<const core::Gap> covered) {
  GapChange change{load_gaps(connection, repository), {}};
  change.after = uncovered(change.before, covered);
  replace_gaps(connection, repository, change.after);
  return change;
}

void replace_gaps(Connection& connection, RepoId repository, std::vector<core::Gap> gaps) {
  connection.prepare("DELETE FROM gaps WHERE repository = ?").bind(core::to_int(repository)).run();
  for (const core::Gap& gap : merge_gaps(std::move(gaps))) {
    connection.prepare("INSERT INTO gaps VALUES (?, ?, ?)")
        .bind(core::to_int(repository))
        .bind(core::unix_seconds(gap.from))
        .bind(core::unix_seconds(gap.to))
        .run();
  }
}

core::Error unknown_repository(RepoId repository) {
  return {core::ErrorKind::kNotFound, "no repository has the number " + std::to_string(core::to_int(repository))};
}

}  // namespace repopulse::store::sqlite
