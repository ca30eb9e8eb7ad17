// What the store knows of the events of an answer: the question that polling needs answered before it can take the
// answer. It reads the store and the book, and changes neither.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/event.h"
#include "core/result.h"
#include "core/time.h"
#include "monitor/board.h"
#include "monitor/repository_book.h"
#include "polling/poller.h"
#include "store/store.h"

namespace repopulse::monitor {

// The indices of `events`, an answer to a request for `feed`, by the active repository to which they belong. Those of
// an organisation's feed name their repositories; events of others are left out.
std::map<core::RepoId, std::vector<std::size_t>> by_repository(const RepositoryBook& book, const std::string& feed,
                                                               std::span<const core::Event> events);

// One call to the store for each repository. Events older than `oldest_kept` count as known: they were stored once, or
// would have been, and are not stored again. Errors are the store's.
core::Result<polling::Known> look_up(const Board::Locked& board, store::Store& store, const std::string& feed,
                                     std::span<const core::Event> events, std::optional<core::EventTime> oldest_kept);

}  // namespace repopulse::monitor
