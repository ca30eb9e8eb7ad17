#include "store/sqlite/events.h"

#include <algorithm>
#include <limits>

#include "core/actor_kinds.h"
#include "store/sqlite/repositories.h"

namespace repopulse::store::sqlite {
namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

// Columns as read_event() expects them, to be followed by `FROM events` and the join. CROSS JOIN keeps SQLite from
// turning the loops around.
#define REPOPULSE_SELECT_EVENT                                                                          \
  "SELECT events.sequence, events.repository, events.id, events.created_at, events.type, events.actor," \
  " coalesce(events.source, repositories.full_name), events.packing, events.json"
#define REPOPULSE_JOIN_NAME " CROSS JOIN repositories ON repositories.id = events.repository"

// SQLite's integers are signed. GitHub's ids fill 35 of their 63 bits; one of 64 bits would keep its identity and
// only sort first.
std::int64_t to_column(std::uint64_t id) {
  return static_cast<std::int64_t>(id);
}

std::int64_t to_column(std::size_t count, std::int64_t bound) {
  return count > static_cast<std::size_t>(bound) ? bound : static_cast<std::int64_t>(count);
}

core::EventKey read_key(const Statement& row, int id, int created_at) {
  return {static_cast<std::uint64_t>(row.integer(id)), core::event_time_from_unix(row.integer(created_at))};
}

// Which index has the fewest entries to walk through and still covers the filter. Each has `created_at` and `id` for
// the order behind what it is by. Who is a robot is known of actors alone, which events_by_type does not have.
std::string_view index_of(const EventFilter& filter) {
  if (filter.actors != core::Actors::kAll && filter.actor.empty()) return "events_by_time";
  if (!filter.actor.empty()) return filter.types.empty() ? "events_by_actor" : "events_by_time";
  return filter.types.empty() ? "events_by_time" : "events_by_type";
}

// The same for a walk through all that match, in order: events_by_type has the order of one type alone.
std::string_view index_in_order(const EventFilter& filter) {
  return filter.types.size() > 1 ? "events_by_time" : index_of(filter);
}

// For a page of several types, SQLite would sort their entries of events_by_type. Where the types are common, a walk
// through events_by_time meets the page sooner.
std::string_view index_of_page(const EventFilter& filter, std::uint64_t matching, std::uint64_t all) {
  constexpr std::uint64_t kCommonShare = 10;
  return filter.types.size() > 1 && matching >= all / kCommonShare ? "events_by_time" : index_of(filter);
}

bool has_star(const std::string& pattern) {
  return pattern.find('*') != std::string::npos;
}

// For LIKE, whose wildcards are `%` and `_`, and which does not regard the case of ASCII.
std::string for_like(const std::string& pattern) {
  std::string like;
  for (const char c : pattern) {
    if (c == '%' || c == '_' || c == '\\') like += '\\';
    like += c == '*' ? '%' : c;
  }
  return like;
}

// Whether the actor is a robot, for parameters that bind_bots() binds: first the logins, then the patterns.
std::string bot_condition(const core::BotPatterns& bots) {
  std::string logins;
  std::string likes;
  for (const std::string& pattern : bots.patterns()) {
    if (has_star(pattern)) {
      likes += " OR actor LIKE ? ESCAPE '\\'";
    } else {
      logins += logins.empty() ? "?" : ",?";
    }
  }
  return "(actor IN (" + logins + ")" + likes + ")";
}

void bind_bots(Statement& statement, const core::BotPatterns& bots) {
  for (const std::string& login : bots.patterns()) {
    if (!has_star(login)) statement.bind_text(login);
  }
  for (const std::string& pattern : bots.patterns()) {
    if (has_star(pattern)) statement.bind_copy(for_like(pattern));
  }
}

// The condition of a filter, for SQL that is bound by bind_filter() from its first parameter on.
std::string condition_of(const EventFilter& filter) {
  std::string sql = " WHERE repository = ? AND created_at BETWEEN ? AND ?";
  if (!filter.types.empty()) {
    sql += " AND type IN (?";
    for (std::size_t i = 1; i < filter.types.size(); ++i) sql += ",?";
    sql += ")";
  }
  if (!filter.actor.empty()) sql += " AND actor = ?";
  if (filter.actors == core::Actors::kBots) sql += " AND " + bot_condition(filter.bots);
  if (filter.actors == core::Actors::kPeople) sql += " AND NOT " + bot_condition(filter.bots);
  return sql;
}

std::int64_t since_of(const EventFilter& filter) {
  return filter.since ? core::unix_seconds(*filter.since) : kLowest;
}

std::int64_t until_of(const EventFilter& filter) {
  return filter.until ? core::unix_seconds(*filter.until) : kHighest;
}

// `since` may be later than the filter's.
void bind_filter(Statement& statement, RepoId repository, const EventFilter& filter, std::int64_t since) {
  statement.bind(core::to_int(repository)).bind(since).bind(until_of(filter));
  for (const std::string& type : filter.types) statement.bind_text(type);
  if (!filter.actor.empty()) statement.bind_text(filter.actor);
  if (filter.actors != core::Actors::kAll) bind_bots(statement, filter.bots);
}

void bind_filter(Statement& statement, RepoId repository, const EventFilter& filter) {
  bind_filter(statement, repository, filter, since_of(filter));
}

std::string select_from(std::string_view columns, std::string_view index, const EventFilter& filter) {
  return std::string("SELECT ").append(columns).append(" FROM events INDEXED BY ").append(index) + condition_of(filter);
}

void learn_dictionary(Reader& reader, Packing number) {
  Statement row = reader.connection.prepare("SELECT bytes FROM dictionaries WHERE number = ?");
  if (row.bind(number).step()) reader.unpacker.add(number, row.text(0));
}

std::string unpack(Reader& reader, const Statement& row, int packing, int json) {
  const Packing number = row.integer(packing);
  if (!reader.unpacker.knows(number)) learn_dictionary(reader, number);
  core::Result<std::string> unpacked = reader.unpacker.unpack(number, row.text(json));
  if (!unpacked) {
    unpacked.error().message = "store " + reader.connection.path() + ": " + unpacked.error().message;
    throw SqliteFailure(SQLITE_CORRUPT, unpacked.error());
  }
  return std::move(*unpacked);
}

// Any other failure is thrown on.
void note_damage(const SqliteFailure& failure, RepoId repository, Sequence sequence,
                 std::vector<DamagedEvent>& damaged) {
  if (failure.error().kind != core::ErrorKind::kCorrupt) throw failure;
  damaged.push_back({repository, sequence, failure.error().message});
}

StoredEvent read_event(Reader& reader, const Statement& row) {
  return {row.integer(0),
          RepoId{row.integer(1)},
          {read_key(row, 2, 3), std::string(row.text(4)), std::string(row.text(5)), std::string(row.text(6)),
           unpack(reader, row, 7, 8)}};
}

std::uint64_t count_all(Connection& connection, RepoId repository) {
  Statement row = connection.prepare("SELECT events FROM repositories WHERE id = ?");
  return row.bind(core::to_int(repository)).step() ? static_cast<std::uint64_t>(row.integer(0)) : 0;
}

std::uint64_t count_matching(Connection& connection, RepoId repository, const EventFilter& filter) {
  if (filter.matches_all()) return count_all(connection, repository);
  Statement row = connection.prepare_once(select_from("count(*)", index_of(filter), filter));
  bind_filter(row, repository, filter);
  return row.step() ? static_cast<std::uint64_t>(row.integer(0)) : 0;
}

// Walks the index alone; only the events of the page itself are fetched.
std::vector<Sequence> sequences_of_page(Connection& connection, RepoId repository, const EventFilter& filter,
                                        std::string_view index, std::size_t offset, std::size_t limit) {
  std::vector<Sequence> sequences;
  Statement rows = connection.prepare_once(select_from("sequence", index, filter) +
                                           " ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?");
  bind_filter(rows, repository, filter);
  rows.bind(to_column(limit, kHighest)).bind(to_column(offset, kHighest));
  while (rows.step()) sequences.push_back(rows.integer(0));
  return sequences;
}

void count_events(Connection& connection, RepoId repository, std::int64_t more) {
  if (more == 0) return;
  connection.prepare("UPDATE repositories SET events = events + ? WHERE id = ?")
      .bind(more)
      .bind(core::to_int(repository))
      .run();
}

std::string full_name_of(Connection& connection, RepoId repository) {
  Statement row = connection.prepare("SELECT full_name FROM repositories WHERE id = ?");
  return row.bind(core::to_int(repository)).step() ? std::string(row.text(0)) : std::string();
}

}  // namespace

void put_current_dictionary(Connection& connection) {
  const Dictionary dictionary = current_dictionary();
  connection.prepare("INSERT OR IGNORE INTO dictionaries VALUES (?, ?)")
      .bind(dictionary.number)
      .bind_blob(dictionary.bytes)
      .run();
}

std::vector<std::optional<Sequence>> insert_events(Connection& connection, EventPacker& packer,
                                                   const RepositoryEvents& batch) {
  const std::string full_name = full_name_of(connection, batch.repository);
  std::vector<std::optional<Sequence>> inserted;
  inserted.reserve(batch.events.size());
  std::int64_t more = 0;
  for (const core::Event& event : batch.events) {
    if (find_event(connection, batch.repository, event.key)) {
      inserted.emplace_back();
      continue;
    }
    const PackedEvent packed = packer.pack(event.json);
    Statement insert = connection.prepare(
        "INSERT INTO events (repository, id, created_at, type, actor, source, packing, json)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(core::to_int(batch.repository)).bind(to_column(event.key.id));
    insert.bind(core::unix_seconds(event.key.created_at)).bind_text(event.type).bind_text(event.actor);
    if (event.repository == full_name) {
      insert.bind_null();
    } else {
      insert.bind_text(event.repository);
    }
    insert.bind(packed.packing).bind_blob(packed.bytes).run();
    inserted.emplace_back(connection.last_insert_rowid());
    ++more;
  }
  count_events(connection, batch.repository, more);
  return inserted;
}

std::size_t delete_events_before(Connection& connection, core::EventTime before, std::size_t limit, RepoId& next) {
  std::vector<RepoId> repositories;
  {
    Statement rows = connection.prepare(
        "SELECT id FROM repositories WHERE id >= ? AND EXISTS (SELECT 1 FROM events INDEXED BY events_by_time"
        " WHERE repository = repositories.id AND created_at < ?) ORDER BY id LIMIT ?");
    rows.bind(core::to_int(next)).bind(core::unix_seconds(before)).bind(to_column(limit, kHighest));
    while (rows.step()) repositories.emplace_back(RepoId{rows.integer(0)});
  }
  std::size_t deleted = 0;
  for (const RepoId repository : repositories) {
    if (deleted >= limit) break;
    next = repository;
    connection
        .prepare(
            "DELETE FROM events WHERE sequence IN (SELECT sequence FROM events INDEXED BY events_by_time"
            " WHERE repository = ? AND created_at < ? ORDER BY created_at, id LIMIT ?)")
        .bind(core::to_int(repository))
        .bind(core::unix_seconds(before))
        .bind(to_column(limit - deleted, kHighest))
        .run();
    const std::int64_t fewer = connection.changes();
    count_events(connection, repository, -fewer);
    deleted += static_cast<std::size_t>(fewer);
  }
  if (deleted < limit) next = RepoId{};
  return deleted;
}

bool sweep_removed(Connection& connection, std::size_t limit) {
  const std::int64_t removed = connection.integer("SELECT min(id) FROM removed_repositories");
  if (removed == 0) return false;
  connection
      .prepare(
          "DELETE FROM events WHERE sequence IN (SELECT sequence FROM events INDEXED BY events_by_time"
          " WHERE repository = ? LIMIT ?)")
      .bind(removed)
      .bind(to_column(limit, kHighest))
      .run();
  if (connection.changes() == 0) {
    connection.prepare("DELETE FROM removed_repositories WHERE id = ?").bind(removed).run();
  }
  return true;
}

std::optional<Sequence> find_event(Connection& connection, RepoId repository, const core::EventKey& key) {
  Statement row = connection.prepare("SELECT sequence FROM events WHERE repository = ? AND id = ? AND created_at = ?");
  row.bind(core::to_int(repository)).bind(to_column(key.id)).bind(core::unix_seconds(key.created_at));
  if (!row.step()) return std::nullopt;
  return row.integer(0);
}

void visit_newest(Connection& connection, RepoId repository, std::size_t limit,
                  const EventStore::WindowVisitor& visit) {
  Statement rows = connection.prepare(
      "SELECT id, created_at, type, actor FROM events INDEXED BY events_by_time WHERE repository = ?"
      " ORDER BY created_at DESC, id DESC LIMIT ?");
  rows.bind(core::to_int(repository)).bind(to_column(limit, kHighest));
  while (rows.step() && visit(read_key(rows, 0, 1), rows.text(2), rows.text(3))) {
  }
}

// Here an answer costs no round trip: one search of the index for each repository.
void visit_newest_of(Connection& connection, std::span<const RepoId> repositories,
                     const EventStore::WindowsVisitor& visit) {
  for (std::size_t place = 0; place < repositories.size(); ++place) {
    if (!has_repository(connection, repositories[place])) continue;
    visit_newest(connection, repositories[place], kNoLimit,
                 [&](const core::EventKey& key, std::string_view type, std::string_view actor) {
                   return visit(place, key, type, actor);
                 });
  }
}

void visit_times(Connection& connection, RepoId repository, const EventFilter& filter,
                 const EventStore::TimeVisitor& visit) {
  // Of many events, SQL would match each one's actor against all patterns.
  EventFilter of_all = filter;
  of_all.actors = core::Actors::kAll;
  const bool of_some = filter.actors != core::Actors::kAll;
  core::ActorKinds kinds(filter.bots);
  const std::string_view columns = of_some ? "created_at, type, actor" : "created_at, type";
  Statement rows =
      connection.prepare_once(select_from(columns, index_in_order(filter), of_all) + " ORDER BY created_at, id");
  bind_filter(rows, repository, of_all);
  while (rows.step()) {
    if (of_some && !core::includes(filter.actors, kinds.kind_of(rows.text(2)))) continue;
    visit(core::event_time_from_unix(rows.integer(0)), rows.text(1));
  }
}

std::optional<core::EventTime> first_event_at(Connection& connection, RepoId repository) {
  Statement row = connection.prepare(
      "SELECT created_at FROM events INDEXED BY events_by_time WHERE repository = ? ORDER BY created_at LIMIT 1");
  if (!row.bind(core::to_int(repository)).step()) return std::nullopt;
  return core::event_time_from_unix(row.integer(0));
}

std::vector<core::EventTime> arrivals(Connection& connection, RepoId repository, core::EventTime since) {
  std::vector<core::EventTime> times;
  Statement rows = connection.prepare(
      "SELECT created_at FROM events INDEXED BY events_by_time WHERE repository = ? AND created_at >= ?"
      " ORDER BY created_at");
  rows.bind(core::to_int(repository)).bind(core::unix_seconds(since));
  while (rows.step()) times.push_back(core::event_time_from_unix(rows.integer(0)));
  return times;
}

EventPage page_of_events(Reader& reader, RepoId repository, const EventFilter& filter, std::size_t offset,
                         std::size_t limit, std::vector<DamagedEvent>& damaged) {
  EventPage page;
  page.total = count_matching(reader.connection, repository, filter);
  if (offset >= page.total) return page;
  const std::string_view index = index_of_page(filter, page.total, count_all(reader.connection, repository));
  for (const Sequence sequence : sequences_of_page(reader.connection, repository, filter, index, offset, limit)) {
    try {
      Statement row = reader.connection.prepare("SELECT packing, json FROM events WHERE sequence = ?");
      if (row.bind(sequence).step()) page.json.push_back(unpack(reader, row, 0, 1));
    } catch (const SqliteFailure& failure) {
      note_damage(failure, repository, sequence, damaged);
    }
  }
  return page;
}

std::vector<StoredEvent> events_in_order(Reader& reader, RepoId repository, const EventFilter& filter,
                                         const std::optional<core::EventKey>& after, std::size_t limit) {
  std::vector<StoredEvent> events;
  Statement rows = reader.connection.prepare_once(
      std::string(REPOPULSE_SELECT_EVENT " FROM events INDEXED BY ").append(index_in_order(filter)) +
      REPOPULSE_JOIN_NAME + condition_of(filter) +
      " AND (created_at, events.id) > (?, ?) ORDER BY created_at, events.id LIMIT ?");
  const std::int64_t second = after ? core::unix_seconds(after->created_at) : kLowest;
  // SQLite seeks to one of the two lower bounds: this way it does not matter which.
  bind_filter(rows, repository, filter, std::max(since_of(filter), second));
  rows.bind(second).bind(after ? to_column(after->id) : kLowest).bind(to_column(limit, kHighest));
  while (rows.step()) events.push_back(read_event(reader, rows));
  return events;
}

std::vector<StoredEvent> events_after(Reader& reader, Sequence after, std::size_t limit,
                                      std::vector<DamagedEvent>& damaged) {
  std::vector<StoredEvent> events;
  // Fewer than `limit` events say that there are no more: what is left out as damaged is made up for.
  for (std::size_t wanted = limit, read = limit; read == wanted && events.size() < limit;) {
    wanted = limit - events.size();
    read = 0;
    Statement rows =
        reader.connection.prepare(REPOPULSE_SELECT_EVENT " FROM events" REPOPULSE_JOIN_NAME
                                                         " WHERE events.sequence > ? ORDER BY events.sequence LIMIT ?");
    rows.bind(after).bind(to_column(wanted, kHighest));
    for (; rows.step(); ++read) {
      after = rows.integer(0);
      try {
        events.push_back(read_event(reader, rows));
      } catch (const SqliteFailure& failure) {
        note_damage(failure, RepoId{rows.integer(1)}, after, damaged);
      }
    }
  }
  return events;
}

Sequence last_sequence(Connection& connection) {
  return connection.integer("SELECT seq FROM sqlite_sequence WHERE name = 'events'");
}

}  // namespace repopulse::store::sqlite
