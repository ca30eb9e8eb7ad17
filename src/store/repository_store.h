// The list of repositories: which ones there are and which of them are polled.
//
// It writes the list alone; only removing a repository deletes other data, all that is stored of it. It never talks to
// GitHub and reads no clock.
//
// Any thread may call anything at any time. Every call may fail with kUnavailable (disk, server or network; the same
// call may succeed later) or kCorrupt (the stored data contradict themselves; a person must look). A call that fails
// has changed nothing, with one exception: kUnavailable from a store on the network leaves open whether the change, or
// a part of it, was made. The same call, made again, does the rest.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/event.h"
#include "core/feed_state.h"
#include "core/repo_name.h"
#include "core/result.h"
#include "core/time.h"

namespace repopulse::store {

using core::RepoId;
using core::Result;
using core::Status;

struct Repository {
  RepoId id{};  // never given to another repository, not even to the same name added again
  core::RepoName name;
  bool active = false;  // polled
  core::Timestamp added_at{};
  std::uint64_t events_stored = 0;
  std::optional<core::EventTime> last_event_at;  // nullopt: no events are stored
  std::vector<core::Gap> gaps;                   // in which events may be missing; ascending, none touches another
  // Up to this created_at, events of other repositories that had the name are among the stored ones: only `repo.id` in
  // their JSON tells them apart. nullopt: there are none.
  std::optional<core::EventTime> others_until = std::nullopt;
};

struct NewRepository {
  core::RepoName name;
  bool active = false;
};

struct AddedRepository {
  Repository repository;
  bool created = false;  // false: it existed already
};

// What changed of the list since it had an earlier revision.
struct ListChanges {
  std::int64_t revision = 0;  // that it has now
  // Those that were added, removed, activated or deactivated, ascending. nullopt: not known, all may have changed.
  std::optional<std::vector<RepoId>> repositories;
  bool owners = true;  // an owner may have changed
};

class RepositoryStore {
 public:
  virtual ~RepositoryStore() = default;

  // All of them, by ascending id.
  virtual Result<std::vector<Repository>> repositories() = 0;

  // Those of `repositories` that are there, by ascending id. Costs what is asked for.
  virtual Result<std::vector<Repository>> repositories_of(std::span<const RepoId> repositories) = 0;

  // Adds all of `repositories` or none; the result has one element for each of them, in their order. Names are equal
  // without regard to case. One that exists already is only activated, if it is wanted active; it is never deactivated.
  virtual Result<std::vector<AddedRepository>> add_repositories(std::span<const NewRepository> repositories,
                                                                core::Timestamp now) = 0;

  // kNotFound: there is no such repository.
  virtual Status set_active(RepoId repository, bool active) = 0;

  // Deletes the repository with its events, its gaps and the state of its feed. kNotFound: there is no such repository.
  virtual Status remove_repository(RepoId repository) = 0;

  // What changed since the list had the revision `since`. The revision grows whenever any process adds, removes,
  // activates or deactivates a repository, or changes an owner (see owner_store.h); -1 is before all. Cheap, and no
  // dearer than what changed. Whoever reads afterwards what it names, or where it names nothing the whole list, has all
  // changes up to the revision that it returns.
  virtual Result<ListChanges> list_changes(std::int64_t since) = 0;
};

}  // namespace repopulse::store
