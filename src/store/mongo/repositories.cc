#include "store/mongo/repositories.h"

#include <algorithm>
#include <map>
#include <string>

#include "store/gaps.h"
#include "store/mongo/schema.h"

namespace repopulse::store::mongo {

using core::ErrorKind;
using core::fail;

namespace {

constexpr int kRaceTriesMax = 20;

Bson by_id(RepoId repository) {
  return Bson{{"_id", core::to_int(repository)}};
}

Bson among(const std::vector<std::int64_t>& repositories) {
  return Bson{{"_id", Bson{{"$in", Int64Array{repositories}}}}};
}

tl::unexpected<core::Error> unknown(RepoId repository) {
  return fail(ErrorKind::kNotFound, "no repository has the number " + std::to_string(core::to_int(repository)));
}

Array to_array(const std::vector<core::Gap>& gaps) {
  Array out;
  for (const core::Gap& gap : gaps) {
    out.push_back(Bson{{"from", core::to_timestamp(gap.from)}, {"to", core::to_timestamp(gap.to)}});
  }
  return out;
}

std::vector<core::Gap> read_gaps(const Bson& document) {
  std::vector<core::Gap> out;
  for (const Bson& gap : document.documents("gaps")) {
    const auto from = gap.time("from");
    const auto to = gap.time("to");
    if (from && to) out.push_back({core::to_event_time(*from), core::to_event_time(*to)});
  }
  return out;
}

Bson new_document(std::int64_t id, const NewRepository& wanted, core::Timestamp now) {
  return Bson{{"_id", id},
              {"url", std::string_view("https://github.com/" + wanted.name.full_name())},
              {"full_name", std::string_view(wanted.name.full_name())},
              {"key", std::string_view(wanted.name.key())},
              {"active", wanted.active},
              {"added_at", now},
              {"events_stored", std::int64_t{0}},
              {"gaps", Array{}},
              {"gaps_version", std::int64_t{0}}};
}

Result<Repository> read_repository(const Bson& document) {
  const auto id = document.integer("_id");
  auto name = core::RepoName::parse(document.text("full_name").value_or(""));
  if (!id || !name) {
    return fail(ErrorKind::kCorrupt, "MongoDB: a document of `repositories` has no `_id` or no valid `full_name`");
  }
  Repository out{RepoId{*id}, *std::move(name), false, {}, 0, std::nullopt, {}};
  out.active = document.boolean("active").value_or(false);
  out.added_at = document.time("added_at").value_or(core::Timestamp{});
  out.events_stored =
      static_cast<std::uint64_t>(std::max<std::int64_t>(document.integer("events_stored").value_or(0), 0));
  if (const auto at = document.time("last_event_at")) out.last_event_at = core::to_event_time(*at);
  out.gaps = read_gaps(document);
  if (const auto until = document.time("others_until")) out.others_until = core::to_event_time(*until);
  return out;
}

Result<std::vector<Repository>> read_all(const Result<std::vector<Bson>>& documents) {
  if (!documents) return tl::unexpected(documents.error());
  std::vector<Repository> out;
  for (const Bson& document : *documents) {
    auto repository = read_repository(document);
    if (!repository) return tl::unexpected(repository.error());
    out.push_back(*std::move(repository));
  }
  return out;
}

FindOptions without_polling() {
  return by_ascending_id(Bson{{"polling", false}});
}

}  // namespace

Result<std::vector<Repository>> Repositories::all() {
  return read_all(database_.find(kRepositories, {}, without_polling()));
}

Result<std::vector<Repository>> Repositories::of(std::span<const RepoId> repositories) {
  std::vector<std::int64_t> ids;
  for (const RepoId repository : repositories) ids.push_back(core::to_int(repository));
  return read_all(database_.find(kRepositories, among(ids), without_polling()));
}

Result<std::vector<std::int64_t>> Repositories::insert(const std::vector<NewRepository>& missing, core::Timestamp now) {
  const auto count = static_cast<std::int64_t>(missing.size());
  const auto counter = database_.find_and_update(kCounters, list_counter(), Bson{{"$inc", Bson{{"next", count}}}});
  if (!counter) return tl::unexpected(counter.error());
  if (!*counter) return fail(ErrorKind::kCorrupt, "MongoDB: `counters` has no document `repositories`");
  const std::int64_t first = (*counter)->integer("next").value_or(1 + count) - count;
  std::vector<Bson> documents;
  std::vector<std::int64_t> ids;
  for (const NewRepository& wanted : missing) {
    ids.push_back(first + static_cast<std::int64_t>(ids.size()));
    documents.push_back(new_document(ids.back(), wanted, now));
  }
  const auto refused = database_.insert(kRepositories, documents);
  if (!refused) {
    undo({ids, {}});  // some may have been inserted
    return tl::unexpected(refused.error());
  }
  for (auto at = refused->rbegin(); at != refused->rend(); ++at)
    ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(*at));
  return ids;
}

Result<std::vector<AddedRepository>> Repositories::add(std::span<const NewRepository> wanted, core::Timestamp now,
                                                       Written& written) {
  TextArray keys;
  for (const NewRepository& one : wanted) keys.values.push_back(one.name.key());
  const Bson named{{"key", Bson{{"$in", keys}}}};
  // Another server may add the same names, or be given the same numbers, at the same time: then look again.
  for (int attempt = 0; attempt < kRaceTriesMax; ++attempt) {
    const auto there = read_all(database_.find(kRepositories, named, without_polling()));
    if (!there) return tl::unexpected(there.error());
    std::map<std::string_view, const Repository*> by_key;
    for (const Repository& repository : *there) by_key[repository.name.key()] = &repository;
    std::vector<NewRepository> missing;
    std::map<std::string_view, bool> met;
    for (const NewRepository& one : wanted) {
      if (!by_key.contains(one.name.key()) && met.emplace(one.name.key(), true).second) missing.push_back(one);
    }
    if (!missing.empty()) {
      const auto inserted = insert(missing, now);
      if (!inserted) return tl::unexpected(inserted.error());
      written.created.insert(written.created.end(), inserted->begin(), inserted->end());
      continue;
    }
    std::vector<std::int64_t> created = written.created;
    std::vector<AddedRepository> out;
    for (const NewRepository& one : wanted) {
      Repository repository = *by_key.at(one.name.key());
      if (one.active && !repository.active) written.activated.push_back(core::to_int(repository.id));
      repository.active = repository.active || one.active;
      const auto fresh = std::ranges::find(created, core::to_int(repository.id));
      const bool first = fresh != created.end();
      if (first) created.erase(fresh);  // the same name further on was there already
      out.push_back({std::move(repository), first});
    }
    return activate(written.activated).map([&] { return std::move(out); });
  }
  return fail(ErrorKind::kUnavailable, "MongoDB: too many servers add repositories at the same time");
}

Status Repositories::activate(const std::vector<std::int64_t>& repositories) {
  if (repositories.empty()) return {};
  return database_.update_many(kRepositories, among(repositories), Bson{{"$set", Bson{{"active", true}}}})
      .map([](std::int64_t) {});
}

Status Repositories::announce(const Written& written) {
  std::vector<std::int64_t> changed = written.created;
  changed.insert(changed.end(), written.activated.begin(), written.activated.end());
  return changed.empty() ? Status() : revisions_.move(changed);
}

void Repositories::undo(const Written& written) {
  if (!written.created.empty()) (void)database_.remove(kRepositories, among(written.created));
  if (!written.activated.empty()) {
    (void)database_.update_many(kRepositories, among(written.activated), Bson{{"$set", Bson{{"active", false}}}});
  }
  (void)announce(written);
}

Status Repositories::set_active(RepoId repository, bool active) {
  const auto matched = database_.update_one(kRepositories, by_id(repository), Bson{{"$set", Bson{{"active", active}}}});
  if (!matched) return tl::unexpected(matched.error());
  if (*matched == 0) return unknown(repository);
  return revisions_.move({core::to_int(repository)});
}

Result<core::RepoName> Repositories::remove(RepoId repository) {
  const auto document = database_.find_one(kRepositories, by_id(repository), without_polling());
  if (!document) return tl::unexpected(document.error());
  if (!*document) return unknown(repository);
  auto known = read_repository(**document);
  if (!known) return tl::unexpected(known.error());
  const Bson removal{{"removing", core::to_int(repository)}};
  const auto noted = database_.update_one(kCounters, list_counter(), Bson{{"$addToSet", removal}});
  if (!noted) return tl::unexpected(noted.error());
  // Before and after: whoever hears of it when this process has died in between finds it gone.
  if (Status moved = revisions_.move({core::to_int(repository)}); !moved) return tl::unexpected(moved.error());
  if (const auto removed = database_.remove(kRepositories, by_id(repository)); !removed) {
    return tl::unexpected(removed.error());
  }
  return revisions_.move({core::to_int(repository)}).map([&] { return known->name; });
}

Result<std::vector<std::int64_t>> Repositories::removals() {
  return database_.find_one(kCounters, list_counter()).map([](const std::optional<Bson>& document) {
    return document ? document->integers("removing") : std::vector<std::int64_t>();
  });
}

Status Repositories::removal_done(RepoId repository) {
  return database_.update_one(kCounters, list_counter(), Bson{{"$pull", Bson{{"removing", core::to_int(repository)}}}})
      .map([](std::int64_t) {});
}

Status Repositories::check_known(const std::vector<std::int64_t>& repositories) {
  if (repositories.empty()) return {};
  const auto found =
      database_.find(kRepositories, among(repositories), {.sort = {}, .projection = Bson{{"_id", true}}});
  if (!found) return tl::unexpected(found.error());
  for (const std::int64_t id : repositories) {
    const auto same = [id](const Bson& document) { return document.integer("_id") == id; };
    if (std::ranges::none_of(*found, same)) return unknown(RepoId{id});
  }
  return {};
}

Result<bool> Repositories::add_counts(RepoId repository, std::int64_t events, std::optional<core::EventTime> newest) {
  Bson update{{"$inc", Bson{{"events_stored", events}}}};
  if (newest) update.add("$max", Bson{{"last_event_at", core::to_timestamp(*newest)}});
  return database_.update_one(kRepositories, by_id(repository), update).map([](std::int64_t matched) {
    return matched > 0;
  });
}

Status Repositories::recount(const std::vector<std::int64_t>& repositories) {
  for (const std::int64_t id : repositories) {
    if (Status counted = recount(id); !counted) return counted;
  }
  return {};
}

// A writer may add to the count meanwhile: then it is counted anew, so that no older count stands in the place of a
// newer one.
Status Repositories::recount(std::int64_t id) {
  const Bson of_repository{{"repository", id}};
  for (int attempt = 0; attempt < kRaceTriesMax; ++attempt) {
    const auto before =
        database_.find_one(kRepositories, Bson{{"_id", id}}, {.sort = {}, .projection = Bson{{"events_stored", true}}});
    if (!before) return tl::unexpected(before.error());
    if (!*before) return {};  // removed
    const auto count = database_.count(kEvents, of_repository);
    if (!count) return tl::unexpected(count.error());
    const auto newest =
        database_.find_one(kEvents, of_repository,
                           {.sort = Bson{{"created_at", std::int64_t{-1}}, {"event_id", std::int64_t{-1}}},
                            .projection = Bson{{"created_at", true}}});
    if (!newest) return tl::unexpected(newest.error());
    Bson update{{"$set", Bson{{"events_stored", *count}}}};
    if (*newest) {
      update = Bson{{"$set", Bson{{"events_stored", *count},
                                  {"last_event_at", (*newest)->time("created_at").value_or(core::Timestamp{})}}}};
    } else {
      update.add("$unset", Bson{{"last_event_at", true}});
    }
    Bson same{{"_id", id}};
    if (const auto stored = (*before)->integer("events_stored")) {
      same.add("events_stored", *stored);
    } else {
      same.add("events_stored", Bson{{"$exists", false}});
    }
    const auto set = database_.update_one(kRepositories, same, update);
    if (!set) return tl::unexpected(set.error());
    if (*set == 1) return {};
  }
  return fail(ErrorKind::kUnavailable, "MongoDB: the events of a repository are stored faster than they are counted");
}

Result<std::optional<std::uint64_t>> Repositories::events_stored(RepoId repository) {
  return database_.find_one(kRepositories, by_id(repository), {.sort = {}, .projection = Bson{{"events_stored", true}}})
      .map([](const std::optional<Bson>& document) -> std::optional<std::uint64_t> {
        if (!document) return std::nullopt;
        return static_cast<std::uint64_t>(std::max<std::int64_t>(document->integer("events_stored").value_or(0), 0));
      });
}

Status Repositories::change_gaps(RepoId repository,
                                 const std::function<std::vector<core::Gap>(std::vector<core::Gap>)>& change) {
  for (int attempt = 0; attempt < kRaceTriesMax; ++attempt) {
    const auto document = database_.find_one(kRepositories, by_id(repository), without_polling());
    if (!document) return tl::unexpected(document.error());
    if (!*document) return unknown(repository);
    const std::int64_t version = (*document)->integer("gaps_version").value_or(0);
    Bson same = by_id(repository);
    same.add("gaps_version", version);
    const Bson set{{"gaps", to_array(change(read_gaps(**document)))}, {"gaps_version", version + 1}};
    const auto swapped = database_.update_one(kRepositories, same, Bson{{"$set", set}});
    if (!swapped) return tl::unexpected(swapped.error());
    if (*swapped == 1) return {};
  }
  return fail(ErrorKind::kUnavailable, "MongoDB: too many writers change the gaps of one repository");
}

Status Repositories::note_others(RepoId repository, core::EventTime until) {
  const Bson latest{{"$max", Bson{{"others_until", core::to_timestamp(until)}}}};
  return database_.update_one(kRepositories, by_id(repository), latest).map([](std::int64_t) {});
}

Status Repositories::add_gaps(RepoId repository, const std::vector<core::Gap>& gaps) {
  return change_gaps(repository, [&](std::vector<core::Gap> there) {
    there.insert(there.end(), gaps.begin(), gaps.end());
    return merge_gaps(std::move(there));
  });
}

Result<GapChange> Repositories::close_gaps(RepoId repository, std::span<const core::Gap> covered) {
  GapChange change;
  const Status done = change_gaps(repository, [&](std::vector<core::Gap> there) {
    change = {there, uncovered(there, covered)};
    return change.after;
  });
  if (!done) return tl::unexpected(done.error());
  return change;
}

Status Repositories::replace_gaps(RepoId repository, std::vector<core::Gap> gaps) {
  return change_gaps(repository, [&](const std::vector<core::Gap>&) { return merge_gaps(gaps); });
}

}  // namespace repopulse::store::mongo
