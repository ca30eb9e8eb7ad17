#include "store/sqlite/schema.h"

#include <array>
#include <string>

namespace repopulse::store::sqlite {
namespace {

// Times: `created_at` and gaps in whole seconds, instants of repopulse itself in milliseconds, both since 1970.
constexpr const char* kFirstSchema = R"sql(
CREATE TABLE repositories (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  key       TEXT    NOT NULL UNIQUE,               -- lower case
  full_name TEXT    NOT NULL,
  active    INTEGER NOT NULL CHECK (active IN (0, 1)),
  added_at  INTEGER NOT NULL,
  events    INTEGER NOT NULL DEFAULT 0 CHECK (events >= 0)  -- rows of `events`, so that no request counts them
) STRICT;

-- Removed, but with events that are still to be deleted, a few at a time.
CREATE TABLE removed_repositories (id INTEGER PRIMARY KEY) STRICT;

CREATE TABLE events (
  sequence   INTEGER PRIMARY KEY AUTOINCREMENT,    -- order of storing; never used twice
  repository INTEGER NOT NULL,
  id         INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  type       TEXT    NOT NULL,
  actor      TEXT    NOT NULL COLLATE NOCASE,
  source     TEXT,                                 -- `owner/name` in the event; NULL: the repository's full_name
  packing    INTEGER NOT NULL,                     -- 0: json as it came; else zstd with that dictionary
  json       BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_by_identity ON events (repository, id, created_at);
-- Covers the start-up read, arrivals, the times of a stretch, counts, and the search for a page.
CREATE INDEX events_by_time ON events (repository, created_at, id, type, actor);

CREATE TABLE dictionaries (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;

CREATE TABLE gaps (
  repository INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
  starts_at  INTEGER NOT NULL,
  ends_at    INTEGER NOT NULL CHECK (ends_at >= starts_at),
  PRIMARY KEY (repository, starts_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE feeds (
  feed                  TEXT    PRIMARY KEY,
  location              TEXT    NOT NULL,
  floor_ms              INTEGER NOT NULL,
  last_polled_at        INTEGER,
  last_full_at          INTEGER,
  next_poll_at          INTEGER,
  failures_in_a_row     INTEGER NOT NULL,
  not_modified_in_a_row INTEGER NOT NULL,
  overlap_boundary      INTEGER,
  overlap_newest        INTEGER,
  status                TEXT    NOT NULL,
  status_detail         TEXT    NOT NULL,
  requests              INTEGER NOT NULL,
  not_modified          INTEGER NOT NULL,
  failures              INTEGER NOT NULL,
  quota_spent           INTEGER NOT NULL,
  policy_state          BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE validators (
  feed          TEXT    NOT NULL REFERENCES feeds (feed) ON DELETE CASCADE,
  page          INTEGER NOT NULL,                  -- from 0
  etag          TEXT    NOT NULL,
  last_modified TEXT    NOT NULL,
  PRIMARY KEY (feed, page)
) STRICT, WITHOUT ROWID;

CREATE TABLE notes (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE keys (
  id         TEXT    PRIMARY KEY,
  label      TEXT    NOT NULL,
  role       TEXT    NOT NULL CHECK (role IN ('read', 'admin')),
  digest     BLOB    NOT NULL,
  salt       BLOB    NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE leases (shard INTEGER PRIMARY KEY, holder TEXT NOT NULL, fence INTEGER NOT NULL) STRICT;

CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES ('repositories_revision', 0);
)sql";

// GitHub's number of the repository, which tells when a name was given to another one.
constexpr const char* kRepositoryNumbers = R"sql(
ALTER TABLE feeds ADD COLUMN github_id INTEGER NOT NULL DEFAULT 0;    -- 0: not known
ALTER TABLE feeds ADD COLUMN replaced_id INTEGER NOT NULL DEFAULT 0;  -- 0: the name never had another number
ALTER TABLE feeds ADD COLUMN replaced_at INTEGER;
ALTER TABLE repositories ADD COLUMN others_until INTEGER;  -- up to it, events of others that had the name are stored
)sql";

// Pages and counts of events by type and by actor, and the times of one type, without a walk through all events.
constexpr const char* kRareEvents = R"sql(
CREATE INDEX events_by_type ON events (repository, type, created_at, id);
CREATE INDEX events_by_actor ON events (repository, actor, created_at, id);
)sql";

constexpr const char* kAlerts = R"sql(
CREATE TABLE alerts (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  revision    INTEGER NOT NULL,
  key         TEXT    NOT NULL,
  repository  TEXT    NOT NULL,                    -- '': about the poller
  rule        TEXT    NOT NULL,
  since       INTEGER NOT NULL,
  resolved_at INTEGER,                             -- NULL: it holds
  summary     TEXT    NOT NULL,
  value       REAL    NOT NULL,
  threshold   REAL    NOT NULL
) STRICT;
CREATE UNIQUE INDEX alerts_that_hold ON alerts (key) WHERE resolved_at IS NULL;

-- What targets are still to be told.
CREATE TABLE alert_notices (
  alert     INTEGER NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  place     INTEGER NOT NULL,                      -- from 0
  target    TEXT    NOT NULL,
  is_end    INTEGER NOT NULL CHECK (is_end IN (0, 1)),
  made_at   INTEGER NOT NULL,
  delivery  TEXT    NOT NULL,                      -- '': in no message yet
  due_at    INTEGER NOT NULL,
  attempts  INTEGER NOT NULL,
  PRIMARY KEY (alert, place)
) STRICT, WITHOUT ROWID;
)sql";

// Whose repositories are followed.
constexpr const char* kOwners = R"sql(
CREATE TABLE owners (
  key      TEXT    PRIMARY KEY,                    -- lower case
  login    TEXT    NOT NULL,
  active   INTEGER NOT NULL CHECK (active IN (0, 1)),
  archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
  forks    INTEGER NOT NULL CHECK (forks IN (0, 1)),
  added_at INTEGER NOT NULL,
  listing  BLOB    NOT NULL,
  revision INTEGER NOT NULL                        -- of all owners; never used twice
) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES ('owners_revision', 0);
)sql";

// Those that were released never change.
constexpr std::array kMigrations = {kFirstSchema, kRepositoryNumbers, kRareEvents, kAlerts, kOwners};

[[noreturn]] void raise_foreign(const Connection& connection, const std::string& why) {
  throw SqliteFailure(SQLITE_NOTADB, {core::ErrorKind::kCorrupt, "store " + connection.path() + ": " + why});
}

}  // namespace

Migrations migrations() {
  return kMigrations;
}

SchemaState schema_state(Connection& connection, Migrations known) {
  const std::int64_t version = connection.integer("PRAGMA user_version");
  const std::int64_t application = connection.integer("PRAGMA application_id");
  const auto present = static_cast<std::int64_t>(known.size());
  if (application == 0 && version == 0 && connection.integer("SELECT count(*) FROM sqlite_schema") == 0) {
    return SchemaState::kEmpty;
  }
  if (application != kApplicationId) raise_foreign(connection, "a database, but not one of repopulse");
  if (version > present) {
    raise_foreign(connection, "written by a newer repopulse (schema " + std::to_string(version) +
                                  "; this one knows up to " + std::to_string(present) + ")");
  }
  return version == present ? SchemaState::kPresent : SchemaState::kOlder;
}

void migrate(Connection& connection, Migrations known) {
  for (;;) {
    Transaction transaction(connection, Transaction::Kind::kWrite);
    if (schema_state(connection, known) == SchemaState::kPresent) return;
    const std::int64_t version = connection.integer("PRAGMA user_version");
    connection.execute(known[static_cast<std::size_t>(version)]);
    const std::string stamp = "PRAGMA application_id = " + std::to_string(kApplicationId) +
                              "; PRAGMA user_version = " + std::to_string(version + 1);
    connection.execute(stamp.c_str());
    transaction.commit();
  }
}

}  // namespace repopulse::store::sqlite
