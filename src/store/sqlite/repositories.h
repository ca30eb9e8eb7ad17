// Tables `repositories`, `gaps` and `counters`. Call inside a transaction of the right kind; throws SqliteFailure.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "store/poll_store.h"
#include "store/repository_store.h"
#include "store/sqlite/connection.h"

namespace repopulse::store::sqlite {

std::vector<Repository> load_repositories(Connection& connection);
std::vector<Repository> load_repositories_of(Connection& connection, std::span<const RepoId> repositories);
bool has_repository(Connection& connection, RepoId repository);

std::vector<AddedRepository> add_repositories(Connection& connection, std::span<const NewRepository> repositories,
                                              core::Timestamp now);
// False when there is no such repository.
bool set_active(Connection& connection, RepoId repository, bool active);
// Its events become invisible at once and are deleted by sweep_removed(). False when there is no such repository.
bool remove_repository(Connection& connection, RepoId repository);

std::int64_t repositories_revision(Connection& connection);
ListChanges list_changes(Connection& connection, std::int64_t since);
void move_repositories_revision(Connection& connection);

void note_others(Connection& connection, RepoId repository, core::EventTime until);
void add_gap(Connection& connection, RepoId repository, const core::Gap& gap);
GapChange close_gaps(Connection& connection, RepoId repository, std::span<const core::Gap> covered);
void replace_gaps(Connection& connection, RepoId repository, std::vector<core::Gap> gaps);

// kNotFound: what a call returns for a repository that does not exist.
core::Error unknown_repository(RepoId repository);

}  // namespace repopulse::store::sqlite
