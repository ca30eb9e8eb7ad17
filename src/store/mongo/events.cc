#include "store/mongo/events.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <unordered_map>

#include "store/mongo/event_document.h"

namespace repopulse::store::mongo {

namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();  // 0 to MongoDB
constexpr std::int64_t kWindowBatch = 1000;   // what a window needs comes in one answer mostly, and little beyond it
constexpr std::int64_t kWindowsBatch = 5000;  // the same of many windows: half a MiB
// Of a repository that wants no more: then those behind it are asked for anew.
constexpr std::size_t kMostInVain = 2500;
// Behind what is mostly wanted, each stretch of time is four times as long as the one before it, and the last one has
// no end. The first is short: of a busy repository, one older event says that no more are wanted.
constexpr std::chrono::days kFirstStretch{1};
constexpr std::chrono::days kLongestStretch{kFirstStretch * 1024};

Bson by_age(std::int64_t direction) {
  return Bson{{"created_at", direction}, {"event_id", direction}};
}

}  // namespace

Result<std::vector<std::optional<Sequence>>> Events::find(RepoId repository, std::span<const core::EventKey> keys) {
  std::vector<std::optional<Sequence>> out(keys.size());
  if (keys.empty()) return out;
  std::unordered_map<core::EventKey, Sequence, core::EventKeyHash> known;
  const FindOptions options{.sort = {},
                            .projection = Bson{{"event_id", true}, {"created_at", true}, {"sequence", true}}};
  const auto read = database_.visit(kCollection, key_query(repository, keys), options, [&](const Bson& document) {
    if (const auto key = event_key(document)) known[*key] = document.integer("sequence").value_or(0);
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (const auto found = known.find(keys[i]); found != known.end()) out[i] = found->second;
  }
  return out;
}

Status Events::renumber(const std::vector<Sequence>& numbers, std::int64_t by) {
  const Bson of_these{{"sequence", Bson{{"$in", Int64Array{numbers}}}}};
  return database_.update_many(kCollection, of_these, Bson{{"$inc", Bson{{"sequence", by}}}}).map([](std::int64_t) {});
}

Status Events::visit_newest(RepoId repository, std::size_t limit, const EventStore::WindowVisitor& visit) {
  if (limit == 0) return {};
  // Read from the index `newest` alone.
  const FindOptions options{
      .sort = by_age(-1),
      .projection = Bson{{"_id", false}, {"event_id", true}, {"created_at", true}, {"type", true}, {"actor_key", true}},
      .limit = limit > static_cast<std::size_t>(kNoLimit) ? 0 : static_cast<std::int64_t>(limit),
      .batch = kWindowBatch};
  const Bson of_repository{{"repository", core::to_int(repository)}};
  return database_.visit(kCollection, of_repository, options, [&](const Bson& document) {
    const auto key = event_key(document);
    return !key || visit(*key, document.opaque("type"), document.opaque("actor_key"));
  });
}

Status Events::visit_newest_of(std::span<const RepoId> repositories, core::EventTime mostly_since,
                               const EventStore::WindowsVisitor& visit) {
  Places wanting;
  for (std::size_t place = 0; place < repositories.size(); ++place) {
    wanting.emplace(core::to_int(repositories[place]), place);
  }
  if (wanting.size() == 1) return visit_stretch(wanting, std::nullopt, std::nullopt, visit);
  std::optional<core::EventTime> until;
  core::EventTime since = mostly_since;
  for (std::chrono::days length = kFirstStretch; length <= kLongestStretch; length *= 4) {
    if (const auto read = visit_stretch(wanting, since, until, visit); !read) return read;
    until = since;
    since -= length;
  }
  return visit_stretch(wanting, std::nullopt, until, visit);
}

// Read from the index `newest_with_actor` alone, by repository and newest first in each.
Status Events::visit_stretch(Places& wanting, std::optional<core::EventTime> since,
                             std::optional<core::EventTime> until, const EventStore::WindowsVisitor& visit) {
  std::vector<std::int64_t> rest;
  for (const auto& [repository, place] : wanting) rest.push_back(repository);
  const FindOptions options{
      .sort = Bson{{"repository", std::int64_t{1}}, {"created_at", std::int64_t{-1}}, {"event_id", std::int64_t{-1}}},
      .projection = Bson{{"_id", false},
                         {"repository", true},
                         {"event_id", true},
                         {"created_at", true},
                         {"type", true},
                         {"actor_key", true}},
      .batch = std::min(kWindowsBatch, kWindowBatch * static_cast<std::int64_t>(rest.size()))};
  while (!rest.empty()) {
    std::optional<std::int64_t> full;  // the last repository that wants no more
    std::size_t in_vain = 0;           // events of it since then
    const auto read =
        database_.visit_views(kCollection, stretch_query(rest, since, until), options, [&](BsonView view) {
          const auto event = indexed_event(view.document);
          if (!event) return true;
          if (event->repository == full) return ++in_vain < kMostInVain;
          const auto wants = wanting.find(event->repository);
          if (wants == wanting.end() || visit(wants->second, event->key, event->type, event->actor_key)) return true;
          full = event->repository;
          in_vain = 0;
          wanting.erase(wants);
          return true;
        });
    if (!read || in_vain < kMostInVain) return read;
    rest.erase(rest.begin(), std::ranges::upper_bound(rest, *full));  // the others are asked for again
  }
  return {};
}

Status Events::visit_times(RepoId repository, const EventFilter& filter, const EventStore::TimeVisitor& visit) {
  // Read from the index `newest` or `by_type` alone.
  const FindOptions options{.sort = by_age(1),
                            .projection = Bson{{"_id", false}, {"created_at", true}, {"type", true}}};
  return database_.visit(kCollection, event_query(repository, filter), options, [&](const Bson& document) {
    if (const auto at = document.time("created_at")) visit(core::to_event_time(*at), document.opaque("type"));
    return true;
  });
}

Result<std::optional<core::EventTime>> Events::first_event_at(RepoId repository) {
  const FindOptions options{.sort = by_age(1), .projection = Bson{{"_id", false}, {"created_at", true}}, .limit = 1};
  const auto first = database_.find_one(kCollection, event_query(repository, {}), options);
  if (!first) return tl::unexpected(first.error());
  const auto at = *first ? (*first)->time("created_at") : std::nullopt;
  return at ? std::optional(core::to_event_time(*at)) : std::nullopt;
}

Result<std::vector<core::EventTime>> Events::arrivals(RepoId repository, core::EventTime since) {
  EventFilter filter;
  filter.since = since;
  std::vector<core::EventTime> out;
  const FindOptions options{.sort = by_age(1), .projection = Bson{{"_id", false}, {"created_at", true}}};
  return database_
      .visit(kCollection, event_query(repository, filter), options,
             [&](const Bson& document) {
               if (const auto at = document.time("created_at")) out.push_back(core::to_event_time(*at));
               return true;
             })
      .map([&] { return std::move(out); });
}

Result<std::uint64_t> Events::count(RepoId repository, const EventFilter& filter) {
  return database_.count(kCollection, event_query(repository, filter)).map([](std::int64_t count) {
    return static_cast<std::uint64_t>(count);
  });
}

Result<std::vector<std::string>> Events::page(RepoId repository, const EventFilter& filter, std::size_t offset,
                                              std::size_t limit) {
  std::vector<std::string> out;
  if (limit == 0) return out;
  const FindOptions options{.sort = by_age(-1),
                            .projection = Bson{{"_id", false}, {"raw", true}},
                            .skip = static_cast<std::int64_t>(offset),
                            .limit = static_cast<std::int64_t>(limit)};
  return database_
      .visit(kCollection, event_query(repository, filter), options,
             [&](const Bson& document) {
               out.push_back(document.bytes("raw").value_or(""));
               return true;
             })
      .map([&] { return std::move(out); });
}

Status Events::visit(RepoId repository, const EventFilter& filter, const EventStore::EventVisitor& visit) {
  const FindOptions options{.sort = by_age(1), .projection = Bson{{"event", false}}};
  std::optional<core::Error> broken;
  const auto read = database_.visit(kCollection, event_query(repository, filter), options, [&](const Bson& document) {
    const auto event = stored_event(document);
    if (!event) broken = event.error();
    return event && visit(*event);
  });
  if (broken) return tl::unexpected(*broken);
  return read;
}

Result<std::vector<StoredEvent>> Events::between(Sequence after, Sequence up_to, std::size_t limit) {
  std::vector<StoredEvent> out;
  if (limit == 0 || up_to <= after) return out;
  const Bson range{{"sequence", Bson{{"$gt", after}, {"$lte", up_to}}}};
  const FindOptions options{.sort = Bson{{"sequence", std::int64_t{1}}},
                            .projection = Bson{{"event", false}},
                            .limit = static_cast<std::int64_t>(limit)};
  std::optional<core::Error> broken;
  const auto read = database_.visit(kCollection, range, options, [&](const Bson& document) {
    auto event = stored_event(document);
    if (!event) {
      broken = event.error();
      return false;
    }
    out.push_back(*std::move(event));
    return true;
  });
  if (broken) return tl::unexpected(*broken);
  return read.map([&] { return std::move(out); });
}

Result<std::vector<Events::Old>> Events::older_than(core::EventTime before, std::size_t limit) {
  std::vector<Old> out;
  if (limit == 0) return out;
  const Bson old{{"created_at", Bson{{"$lt", core::to_timestamp(before)}}}};
  const FindOptions options{.sort = Bson{{"created_at", std::int64_t{1}}},
                            .projection = Bson{{"sequence", true}, {"repository", true}},
                            .limit = static_cast<std::int64_t>(limit)};
  return database_
      .visit(kCollection, old, options,
             [&](const Bson& document) {
               out.push_back({document.integer("sequence").value_or(0), document.integer("repository").value_or(0)});
               return true;
             })
      .map([&] { return std::move(out); });
}

Result<std::int64_t> Events::remove(const std::vector<Sequence>& sequences) {
  if (sequences.empty()) return 0;
  return database_.remove(kCollection, Bson{{"sequence", Bson{{"$in", Int64Array{sequences}}}}});
}

Status Events::remove_all(RepoId repository) {
  return database_.remove(kCollection, Bson{{"repository", core::to_int(repository)}}).map([](std::int64_t) {});
}

}  // namespace repopulse::store::mongo
