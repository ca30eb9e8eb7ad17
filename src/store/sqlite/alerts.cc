#include "store/sqlite/alerts.h"

#include <string>
#include <string_view>

namespace repopulse::store::sqlite {
namespace {

using core::ErrorKind;

constexpr const char* kColumns = "id, revision, key, repository, rule, since, resolved_at, summary, value, threshold";

Alert read_alert(const Statement& row) {
  Alert alert;
  alert.id = row.integer(0);
  alert.revision = row.integer(1);
  alert.key = row.text(2);
  alert.repository = row.text(3);
  alert.rule = row.text(4);
  alert.since = core::timestamp_from_unix_millis(row.integer(5));
  alert.resolved_at = row.time(6);
  alert.summary = row.text(7);
  alert.value = row.real(8);
  alert.threshold = row.real(9);
  return alert;
}

void read_notices(Connection& connection, Alert& alert) {
  Statement rows = connection.prepare(
      "SELECT target, is_end, made_at, delivery, due_at, attempts FROM alert_notices WHERE alert = ? ORDER BY place");
  rows.bind(alert.id);
  while (rows.step()) {
    alert.notices.push_back({std::string(rows.text(0)), rows.integer(1) != 0,
                             core::timestamp_from_unix_millis(rows.integer(2)), std::string(rows.text(3)),
                             core::timestamp_from_unix_millis(rows.integer(4)), rows.integer(5)});
  }
}

void write_notices(Connection& connection, const Alert& alert) {
  connection.prepare("DELETE FROM alert_notices WHERE alert = ?").bind(alert.id).run();
  std::int64_t place = 0;
  for (const Notice& notice : alert.notices) {
    connection.prepare("INSERT INTO alert_notices VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(alert.id)
        .bind(place++)
        .bind_text(notice.target)
        .bind(notice.end ? 1 : 0)
        .bind(core::unix_millis(notice.made_at))
        .bind_text(notice.delivery)
        .bind(core::unix_millis(notice.due_at))
        .bind(notice.attempts)
        .run();
  }
}

std::vector<Alert> read_all(Connection& connection, Statement& rows) {
  std::vector<Alert> alerts;
  while (rows.step()) alerts.push_back(read_alert(rows));
  for (Alert& alert : alerts) read_notices(connection, alert);
  return alerts;
}

bool holds(Connection& connection, const std::string& key) {
  Statement row = connection.prepare("SELECT 1 FROM alerts WHERE key = ? AND resolved_at IS NULL");
  return row.bind_text(key).step();
}

}  // namespace

Result<Alert> add_alert(Connection& connection, const Alert& alert) {
  if (holds(connection, alert.key))
    return core::fail(ErrorKind::kConflict, "the alert '" + alert.key + "' holds already");
  Alert added = alert;
  added.revision = 1;
  Statement insert = connection.prepare(
      "INSERT INTO alerts (revision, key, repository, rule, since, resolved_at, summary, value, threshold)"
      " VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind_text(alert.key).bind_text(alert.repository).bind_text(alert.rule).bind(core::unix_millis(alert.since));
  insert.bind_time(alert.resolved_at).bind_text(alert.summary).bind_real(alert.value).bind_real(alert.threshold).run();
  added.id = connection.last_insert_rowid();
  write_notices(connection, added);
  return added;
}

Result<Alert> update_alert(Connection& connection, const Alert& alert) {
  Statement update = connection.prepare(
      "UPDATE alerts SET revision = revision + 1, key = ?, repository = ?, rule = ?, since = ?, resolved_at = ?,"
      " summary = ?, value = ?, threshold = ? WHERE id = ? AND revision = ?");
  update.bind_text(alert.key).bind_text(alert.repository).bind_text(alert.rule).bind(core::unix_millis(alert.since));
  update.bind_time(alert.resolved_at)
      .bind_text(alert.summary)
      .bind_real(alert.value)
      .bind_real(alert.threshold)
      .bind(alert.id)
      .bind(alert.revision)
      .run();
  if (connection.changes() == 0) {
    return core::fail(ErrorKind::kStale, "alert " + std::to_string(alert.id) + " was changed meanwhile");
  }
  Alert updated = alert;
  ++updated.revision;
  write_notices(connection, updated);
  return updated;
}

std::vector<Alert> open_alerts(Connection& connection) {
  Statement rows = connection.prepare(
      "SELECT id, revision, key, repository, rule, since, resolved_at, summary, value, threshold FROM alerts"
      " WHERE resolved_at IS NULL OR id IN (SELECT alert FROM alert_notices) ORDER BY id");
  return read_all(connection, rows);
}

AlertPage page_of_alerts(Connection& connection, std::optional<AlertState> state, std::size_t offset,
                         std::size_t limit) {
  std::string where;
  if (state) where = *state == AlertState::kFiring ? " WHERE resolved_at IS NULL" : " WHERE resolved_at IS NOT NULL";
  AlertPage page;
  {
    Statement count = connection.prepare_once("SELECT count(*) FROM alerts" + where);
    if (count.step()) page.total = static_cast<std::uint64_t>(count.integer(0));
  }
  Statement rows = connection.prepare_once("SELECT " + std::string(kColumns) + " FROM alerts" + where +
                                           " ORDER BY id DESC LIMIT ? OFFSET ?");
  rows.bind(static_cast<std::int64_t>(limit)).bind(static_cast<std::int64_t>(offset));
  page.alerts = read_all(connection, rows);
  return page;
}

void forget_alerts(Connection& connection, core::Timestamp resolved_before) {
  connection
      .prepare(
          "DELETE FROM alerts WHERE resolved_at < ? AND id NOT IN (SELECT alert FROM alert_notices)"
          " AND id < (SELECT max(id) FROM alerts)")
      .bind(core::unix_millis(resolved_before))
      .run();
}

}  // namespace repopulse::store::sqlite
