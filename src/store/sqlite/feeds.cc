#include "store/sqlite/feeds.h"

#include <optional>

namespace repopulse::store::sqlite {
namespace {

std::vector<core::Validator> load_validators(Connection& connection, std::string_view feed) {
  std::vector<core::Validator> validators;
  Statement rows = connection.prepare("SELECT etag, last_modified FROM validators WHERE feed = ? ORDER BY page");
  rows.bind_text(feed);
  while (rows.step()) validators.push_back({std::string(rows.text(0)), std::string(rows.text(1))});
  return validators;
}

core::FeedState read_feed(const Statement& row) {
  core::FeedState feed;
  feed.feed = row.text(0);
  feed.location = row.text(1);
  feed.floor = core::Millis(row.integer(2));
  feed.last_polled_at = row.time(3);
  feed.last_full_at = row.time(4);
  feed.next_poll_at = row.time(5);
  feed.failures_in_a_row = static_cast<int>(row.integer(6));
  feed.not_modified_in_a_row = static_cast<int>(row.integer(7));
  if (!row.is_null(8)) feed.overlap_boundary = row.integer(8);
  if (!row.is_null(9)) feed.overlap_newest = core::event_time_from_unix(row.integer(9));
  feed.status = core::parse_repo_status(row.text(10)).value_or(core::RepoStatus::kPending);
  feed.status_detail = row.text(11);
  feed.counters = {static_cast<std::uint64_t>(row.integer(12)), static_cast<std::uint64_t>(row.integer(13)),
                   static_cast<std::uint64_t>(row.integer(14)), static_cast<std::uint64_t>(row.integer(15))};
  feed.policy_state = row.text(16);
  feed.github_id = static_cast<std::uint64_t>(row.integer(17));
  feed.replaced_id = static_cast<std::uint64_t>(row.integer(18));
  feed.replaced_at = row.time(19);
  return feed;
}

void put_validators(Connection& connection, const core::FeedState& feed) {
  if (load_validators(connection, feed.feed) == feed.validators) return;
  connection.prepare("DELETE FROM validators WHERE feed = ?").bind_text(feed.feed).run();
  std::int64_t page = 0;
  for (const core::Validator& validator : feed.validators) {
    connection.prepare("INSERT INTO validators VALUES (?, ?, ?, ?)")
        .bind_text(feed.feed)
        .bind(page++)
        .bind_text(validator.etag)
        .bind_text(validator.last_modified)
        .run();
  }
}

}  // namespace

std::vector<core::FeedState> load_feeds(Connection& connection) {
  std::vector<core::FeedState> feeds;
  Statement rows = connection.prepare(
      "SELECT feed, location, floor_ms, last_polled_at, last_full_at, next_poll_at, failures_in_a_row,"
      " not_modified_in_a_row, overlap_boundary, overlap_newest, status, status_detail, requests, not_modified, "
      "failures, quota_spent,"
      " policy_state, github_id, replaced_id, replaced_at FROM feeds ORDER BY feed");
  while (rows.step()) {
    feeds.push_back(read_feed(rows));
    feeds.back().validators = load_validators(connection, feeds.back().feed);
  }
  return feeds;
}

void put_feed(Connection& connection, const core::FeedState& feed) {
  // An upsert, no REPLACE: that would delete the validators with the row.
  Statement put = connection.prepare(
      "INSERT INTO feeds (feed, location, floor_ms, last_polled_at, last_full_at, next_poll_at, failures_in_a_row,"
      " not_modified_in_a_row, overlap_boundary, overlap_newest, status, status_detail, requests, not_modified, "
      "failures, quota_spent,"
      " policy_state, github_id, replaced_id, replaced_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (feed) DO UPDATE SET location = excluded.location, floor_ms = excluded.floor_ms,"
      " last_polled_at = excluded.last_polled_at, last_full_at = excluded.last_full_at,"
      " next_poll_at = excluded.next_poll_at, failures_in_a_row = excluded.failures_in_a_row,"
      " not_modified_in_a_row = excluded.not_modified_in_a_row, overlap_boundary = excluded.overlap_boundary,"
      " overlap_newest = excluded.overlap_newest,"
      " status = excluded.status, status_detail = excluded.status_detail, requests = excluded.requests,"
      " not_modified = excluded.not_modified, failures = excluded.failures, quota_spent = excluded.quota_spent,"
      " policy_state = excluded.policy_state, github_id = excluded.github_id,"
      " replaced_id = excluded.replaced_id, replaced_at = excluded.replaced_at");
  put.bind_text(feed.feed).bind_text(feed.location).bind(feed.floor.count());
  put.bind_time(feed.last_polled_at);
  put.bind_time(feed.last_full_at);
  put.bind_time(feed.next_poll_at);
  put.bind(feed.failures_in_a_row).bind(feed.not_modified_in_a_row);
  if (feed.overlap_boundary) {
    put.bind(*feed.overlap_boundary);
  } else {
    put.bind_null();
  }
  if (feed.overlap_newest) {
    put.bind(core::unix_seconds(*feed.overlap_newest));
  } else {
    put.bind_null();
  }
  put.bind_text(core::to_string(feed.status)).bind_text(feed.status_detail);
  for (const std::uint64_t count :
       {feed.counters.requests, feed.counters.not_modified, feed.counters.failures, feed.counters.quota_spent}) {
    put.bind(static_cast<std::int64_t>(count));
  }
  put.bind_blob(feed.policy_state);
  put.bind(static_cast<std::int64_t>(feed.github_id)).bind(static_cast<std::int64_t>(feed.replaced_id));
  put.bind_time(feed.replaced_at);
  put.run();
  put_validators(connection, feed);
}

std::vector<std::pair<std::string, std::string>> load_notes(Connection& connection) {
  std::vector<std::pair<std::string, std::string>> notes;
  Statement rows = connection.prepare("SELECT name, value FROM notes ORDER BY name");
  while (rows.step()) notes.emplace_back(rows.text(0), rows.text(1));
  return notes;
}

void put_note(Connection& connection, const std::string& name, const std::string& value) {
  connection.prepare("INSERT INTO notes VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
      .bind_text(name)
      .bind_blob(value)
      .run();
}

}  // namespace repopulse::store::sqlite
