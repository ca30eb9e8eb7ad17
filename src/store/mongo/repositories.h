// The collection `repositories`: { _id, url, full_name, key, active, added_at, events_stored, last_event_at,
// gaps: [{ from, to }], gaps_version, polling: poll state }.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/result.h"
#include "store/mongo/database.h"
#include "store/store.h"

namespace repopulse::store::mongo {

class Repositories {
 public:
  explicit Repositories(Database& database) : database_(database) {}

  core::Result<std::vector<Repository>> all();
  // Without transactions over documents a call writes step by step, and other servers may see it half done. One that
  // fails takes back what it wrote; where that fails too, or the process dies in between, some of them may be there or
  // be active, and the same call, made again, does the rest.
  struct Written {
    std::vector<std::int64_t> created;
    std::vector<std::int64_t> activated;
  };
  // `written` says, also of a call that fails, what announce() or take_back() is to be called with.
  core::Result<std::vector<AddedRepository>> add(std::span<const NewRepository> wanted, core::Timestamp now,
                                                 Written& written);
  core::Status announce(const Written& written);  // to the other servers
  void take_back(const Written& written);
  core::Status set_active(RepoId repository, bool active);
  // Takes the document away; the events are the caller's. The name it had. kNotFound.
  core::Result<core::RepoName> remove(RepoId repository);
  core::Result<std::int64_t> revision();

  core::Status check_known(const std::vector<std::int64_t>& repositories);  // kNotFound names the first that is not
  // Adds to what is counted. False: the repository is gone.
  core::Result<bool> add_counts(RepoId repository, std::int64_t events, std::optional<core::EventTime> newest);
  // Counts anew, after a writer died between storing events and counting them.
  core::Status recount(const std::vector<std::int64_t>& repositories);
  core::Result<std::optional<std::uint64_t>> events_stored(RepoId repository);
  core::Status add_gaps(RepoId repository, const std::vector<core::Gap>& gaps);
  core::Status replace_gaps(RepoId repository, std::vector<core::Gap> gaps);

  // Removals that a crash may have left half done: their events are still to be deleted.
  core::Result<std::vector<std::int64_t>> removals();
  core::Status removal_done(RepoId repository);

 private:
  core::Status bump();
  core::Status activate(const std::vector<std::int64_t>& repositories);
  core::Result<std::vector<std::int64_t>> insert(const std::vector<NewRepository>& missing, core::Timestamp now);
  core::Status change_gaps(RepoId repository,
                           const std::function<std::vector<core::Gap>(std::vector<core::Gap>)>& change);
  Database& database_;
};

}  // namespace repopulse::store::mongo
