// The collection `events`, see event_document.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "core/result.h"
#include "store/event_store.h"
#include "store/mongo/database.h"

namespace repopulse::store::mongo {

class Events {
 public:
  explicit Events(Database& database) : database_(database) {}

  core::Result<std::vector<std::optional<Sequence>>> find(RepoId repository, std::span<const core::EventKey> keys);
  // Inserts `documents` (of event_document). The indices of those that are stored already.
  core::Result<std::vector<std::size_t>> insert(std::span<const Bson> documents) {
    return database_.insert(kCollection, documents);
  }
  // Adds `by` to these numbers of events. Where another has changed one of them meanwhile, that stays.
  core::Status renumber(const std::vector<Sequence>& numbers, std::int64_t by);

  core::Status visit_newest(RepoId repository, std::size_t limit, const EventStore::WindowVisitor& visit);
  // In a few stretches of time, each with one question for all that want more.
  core::Status visit_newest_of(std::span<const RepoId> repositories, core::EventTime mostly_since,
                               const EventStore::WindowsVisitor& visit);
  core::Status visit_times(RepoId repository, const EventFilter& filter, const EventStore::TimeVisitor& visit);
  core::Result<std::optional<core::EventTime>> first_event_at(RepoId repository);
  core::Result<std::vector<core::EventTime>> arrivals(RepoId repository, core::EventTime since);
  core::Result<std::uint64_t> count(RepoId repository, const EventFilter& filter);
  core::Result<std::vector<std::string>> page(RepoId repository, const EventFilter& filter, std::size_t offset,
                                              std::size_t limit);
  core::Status visit(RepoId repository, const EventFilter& filter, const EventStore::EventVisitor& visit);
  core::Result<std::vector<StoredEvent>> between(Sequence after, Sequence up_to, std::size_t limit);

  struct Old {
    Sequence sequence = 0;
    std::int64_t repository = 0;
  };
  core::Result<std::vector<Old>> older_than(core::EventTime before, std::size_t limit);
  core::Result<std::int64_t> remove(const std::vector<Sequence>& sequences);
  core::Status remove_all(RepoId repository);

 private:
  using Places = std::map<std::int64_t, std::size_t>;  // of the repositories that want more, by number
  core::Status visit_stretch(Places& wanting, std::optional<core::EventTime> since,
                             std::optional<core::EventTime> until, const EventStore::WindowsVisitor& visit);

  static constexpr const char* kCollection = "events";
  Database& database_;
};

}  // namespace repopulse::store::mongo
