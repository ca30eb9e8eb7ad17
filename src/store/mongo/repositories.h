// The collection `repositories`: { _id, url, full_name, key, active, added_at, events_stored, last_event_at,
// gaps: [{ from, to }], gaps_version, polling: poll state, see feed_states.h }, and their counters.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/result.h"
#include "store/mongo/database.h"
#include "store/mongo/revisions.h"
#include "store/poll_store.h"
#include "store/repository_store.h"

namespace repopulse::store::mongo {

class Repositories {
 public:
  explicit Repositories(Database& database) : database_(database), revisions_(database) {}

  core::Result<std::vector<Repository>> all();
  core::Result<std::vector<Repository>> of(std::span<const RepoId> repositories);
  // What add() has written so far. Without transactions over documents it writes step by step, and other servers may
  // see a part. A call that fails undoes what it wrote; where that fails too, or the process dies in between, some of
  // the repositories may exist or be active, and the same call, made again, does the rest.
  struct Written {
    std::vector<std::int64_t> created;
    std::vector<std::int64_t> activated;
  };
  // Fills `written`, also when it fails: after success the caller passes it to announce(), otherwise to undo().
  core::Result<std::vector<AddedRepository>> add(std::span<const NewRepository> wanted, core::Timestamp now,
                                                 Written& written);
  core::Status announce(const Written& written);  // to other servers, by the revision
  void undo(const Written& written);
  core::Status set_active(RepoId repository, bool active);  // kNotFound: there is no such repository
  // Deletes the document, not the events; the name it had. kNotFound: there is no such repository.
  core::Result<core::RepoName> remove(RepoId repository);

  core::Status check_known(const std::vector<std::int64_t>& repositories);  // kNotFound names the first that is unknown
  // Adds to the counts of a repository. False: it was removed.
  core::Result<bool> add_counts(RepoId repository, std::int64_t events, std::optional<core::EventTime> newest);
  // Counts again, for when a writer stopped between storing events and counting them.
  core::Status recount(const std::vector<std::int64_t>& repositories);
  core::Result<std::optional<std::uint64_t>> events_stored(RepoId repository);
  core::Status note_others(RepoId repository, core::EventTime until);
  core::Status add_gaps(RepoId repository, const std::vector<core::Gap>& gaps);
  core::Result<GapChange> close_gaps(RepoId repository, std::span<const core::Gap> covered);
  core::Status replace_gaps(RepoId repository, std::vector<core::Gap> gaps);

  // Removals that a crash may have interrupted: their events are still to be deleted.
  core::Result<std::vector<std::int64_t>> removals();
  core::Status removal_done(RepoId repository);

 private:
  core::Status recount(std::int64_t id);
  core::Status activate(const std::vector<std::int64_t>& repositories);
  core::Result<std::vector<std::int64_t>> insert(const std::vector<NewRepository>& missing, core::Timestamp now);
  core::Status change_gaps(RepoId repository,
                           const std::function<std::vector<core::Gap>(std::vector<core::Gap>)>& change);
  Database& database_;
  Revisions revisions_;
};

}  // namespace repopulse::store::mongo
