#include "store/mongo/alerts.h"

#include <string>
#include <string_view>
#include <utility>

#include "store/mongo/schema.h"

namespace repopulse::store::mongo {
namespace {

using core::ErrorKind;

// Servers that add alerts at the same moment: one of them gets each number.
constexpr int kAttemptsMax = 50;

Bson fields_of(const Alert& alert) {
  const std::string firing_key = alert.resolved_at ? alert.key + " #" + std::to_string(alert.id) : alert.key;
  Array notices;
  for (const Notice& notice : alert.notices) {
    notices.push_back(Bson{{"target", std::string_view(notice.target)},
                           {"end", notice.end},
                           {"made_at", notice.made_at},
                           {"delivery", std::string_view(notice.delivery)},
                           {"due_at", notice.due_at},
                           {"attempts", notice.attempts}});
  }
  Bson fields{{"revision", alert.revision},
              {"key", std::string_view(alert.key)},
              {"firing_key", std::string_view(firing_key)},
              {"firing", !alert.resolved_at},
              {"unsent", !alert.notices.empty()},
              {"repository", std::string_view(alert.repository)},
              {"rule", std::string_view(alert.rule)},
              {"since", alert.since},
              {"value", alert.value},
              {"threshold", alert.threshold},
              {"notices", notices}};
  if (alert.resolved_at) fields.add("resolved_at", *alert.resolved_at);
  fields.add_opaque("summary", alert.summary);
  return fields;
}

Alert read_alert(const Bson& document) {
  Alert alert;
  alert.id = document.integer("_id").value_or(0);
  alert.revision = document.integer("revision").value_or(0);
  alert.key = document.text("key").value_or("");
  alert.repository = document.text("repository").value_or("");
  alert.rule = document.text("rule").value_or("");
  alert.since = document.time("since").value_or(core::Timestamp{});
  alert.resolved_at = document.time("resolved_at");
  alert.summary = document.opaque("summary");
  alert.value = document.number("value").value_or(0);
  alert.threshold = document.number("threshold").value_or(0);
  for (const Bson& notice : document.documents("notices")) {
    alert.notices.push_back({notice.text("target").value_or(""), notice.boolean("end").value_or(false),
                             notice.time("made_at").value_or(core::Timestamp{}), notice.text("delivery").value_or(""),
                             notice.time("due_at").value_or(core::Timestamp{}),
                             notice.integer("attempts").value_or(0)});
  }
  return alert;
}

std::vector<Alert> read_all(const std::vector<Bson>& documents) {
  std::vector<Alert> alerts;
  for (const Bson& document : documents) alerts.push_back(read_alert(document));
  return alerts;
}

}  // namespace

Result<std::int64_t> Alerts::last_id() {
  return database_.find_one(kAlerts, {}, {.sort = Bson{{"_id", std::int64_t{-1}}}, .projection = {}})
      .map([](const std::optional<Bson>& newest) { return newest ? newest->integer("_id").value_or(0) : 0; });
}

Result<Alert> Alerts::add(const Alert& alert) {
  Alert added = alert;
  added.revision = 1;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    const auto last = last_id();
    if (!last) return tl::unexpected(last.error());
    added.id = *last + 1;
    Bson document = fields_of(added);
    document.add("_id", added.id);
    const auto inserted = database_.insert_one(kAlerts, document);
    if (!inserted) return tl::unexpected(inserted.error());
    if (*inserted) return added;
    const auto holds = database_.find_one(kAlerts, Bson{{"firing_key", std::string_view(alert.key)}});
    if (!holds) return tl::unexpected(holds.error());
    if (*holds) return core::fail(ErrorKind::kConflict, "the alert '" + alert.key + "' holds already");
  }
  return core::fail(ErrorKind::kUnavailable, "MongoDB: too many servers add alerts at the same time");
}

Result<Alert> Alerts::update(const Alert& alert) {
  Alert updated = alert;
  ++updated.revision;
  const auto matched = database_.update_one(kAlerts, Bson{{"_id", alert.id}, {"revision", alert.revision}},
                                            Bson{{"$set", fields_of(updated)}});
  if (!matched) return tl::unexpected(matched.error());
  if (*matched == 0) {
    return core::fail(ErrorKind::kStale, "alert " + std::to_string(alert.id) + " was changed meanwhile");
  }
  return updated;
}

Result<std::vector<Alert>> Alerts::open() {
  const Bson wanted{{"$or", Array{Bson{{"firing", true}}, Bson{{"unsent", true}}}}};
  return database_.find(kAlerts, wanted, by_ascending_id()).map(read_all);
}

Result<AlertPage> Alerts::page(std::optional<AlertState> state, std::size_t offset, std::size_t limit) {
  Bson filter;
  if (state) filter.add("firing", *state == AlertState::kFiring);
  const auto total = database_.count(kAlerts, filter);
  if (!total) return tl::unexpected(total.error());
  const auto found = database_.find(kAlerts, filter,
                                    {.sort = Bson{{"_id", std::int64_t{-1}}},
                                     .projection = {},
                                     .skip = static_cast<std::int64_t>(offset),
                                     .limit = static_cast<std::int64_t>(limit)});
  if (!found) return tl::unexpected(found.error());
  return AlertPage{read_all(*found), static_cast<std::uint64_t>(*total)};
}

Status Alerts::forget(core::Timestamp resolved_before) {
  const auto last = last_id();
  if (!last) return tl::unexpected(last.error());
  return database_
      .remove(kAlerts, Bson{{"firing", false},
                            {"unsent", false},
                            {"resolved_at", Bson{{"$lt", resolved_before}}},
                            {"_id", Bson{{"$lt", *last}}}})
      .map([](std::int64_t) {});
}

}  // namespace repopulse::store::mongo
