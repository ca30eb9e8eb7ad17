-- A store as the first schema kept it (PRAGMA user_version = 1): a repository with forty events, a feed, a key. A later version must bring
-- it forward and lose nothing. Made with sqlite3 from this text, since no executable writes it any more.
BEGIN;
CREATE TABLE repositories (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  key       TEXT    NOT NULL UNIQUE,               -- lower case
  full_name TEXT    NOT NULL,
  active    INTEGER NOT NULL CHECK (active IN (0, 1)),
  added_at  INTEGER NOT NULL,
  events    INTEGER NOT NULL DEFAULT 0 CHECK (events >= 0)  -- rows of `events`, so that no request counts them
) STRICT;
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
CREATE UNIQUE INDEX events_by_identity ON events (repository, id, created_at);
CREATE INDEX events_by_time ON events (repository, created_at, id, type, actor);

INSERT INTO repositories VALUES (1, 'octo/old', 'octo/old', 1, 1760000000000, 40);
WITH RECURSIVE numbers (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i < 39)
INSERT INTO events
SELECT i + 1, 1, 1700000000 + i, 1760000000 + 60 * i, type, actor, NULL, 0,
       CAST(json_object('id', CAST(1700000000 + i AS TEXT), 'type', type,
                        'actor', json_object('id', 1 + i % 3, 'login', actor),
                        'repo', json_object('id', 40000000, 'name', 'octo/old'),
                        'payload', json_object('number', i), 'public', json('true'),
                        'created_at', strftime('%Y-%m-%dT%H:%M:%SZ', 1760000000 + 60 * i, 'unixepoch')) AS BLOB)
FROM (SELECT i, CASE i % 4 WHEN 0 THEN 'PushEvent' WHEN 1 THEN 'WatchEvent' WHEN 2 THEN 'IssuesEvent' ELSE 'ForkEvent' END AS type,
             CASE i % 3 WHEN 0 THEN 'Ada' WHEN 1 THEN 'grace' ELSE 'alan' END AS actor
      FROM numbers);
INSERT INTO gaps VALUES (1, 1759990000, 1759990600);
INSERT INTO feeds VALUES ('repos/octo/old', '', 1000, 1760002400000, 1760002400000, 1760002401000, 0, 11, NULL, 1760002340,
                          'ok', '', 12, 11, 0, 1, x'');
-- The key rp_710f928c_b25b34a2bcd33fd61121ab02ede49ba02733150e627e677ef8cbe2104ff3b708.
INSERT INTO keys VALUES ('710f928c', 'earlier', 'admin', x'7df7d8974c4baa26dc47f906ad0c947b8dca630126ead14bd0dfd82d002f0e84',
                         x'c764e62e74c675ca5c8b34257eb0a89e', 1760000000000);
INSERT INTO counters VALUES ('repositories_revision', 1);
PRAGMA application_id = 1919970419;
PRAGMA user_version = 1;
COMMIT;
