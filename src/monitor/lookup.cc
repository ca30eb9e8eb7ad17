#include "monitor/lookup.h"

#include <cstdint>
#include <utility>

#include "core/feed_name.h"
#include "monitor/polled_feeds.h"

namespace repopulse::monitor {
namespace {

using Sequences = std::vector<std::optional<std::int64_t>>;

std::optional<core::EventTime> newest_of(const RepositoryBook& book, const std::string& feed) {
  return book.find(core::subject_of(feed))->repository.last_event_at;
}

// Under which numbers the events are stored.
core::Result<Sequences> find_stored(const RepositoryBook& book, store::Store& store, const std::string& feed,
                                    std::span<const core::Event> events) {
  Sequences out(events.size());
  for (const auto& [repository, indices] : by_repository(book, feed, events)) {
    std::vector<core::EventKey> keys;
    keys.reserve(indices.size());
    for (const std::size_t i : indices) keys.push_back(events[i].key);
    const auto found = store.find(repository, keys);
    if (!found) return tl::unexpected(found.error());
    for (std::size_t k = 0; k < indices.size(); ++k) out[indices[k]] = (*found)[k];
  }
  return out;
}

}  // namespace

std::map<core::RepoId, std::vector<std::size_t>> by_repository(const RepositoryBook& book, const std::string& feed,
                                                               std::span<const core::Event> events) {
  std::map<core::RepoId, std::vector<std::size_t>> out;
  const bool organisation = core::is_organisation_feed(feed);
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::string own = organisation ? core::repository_feed(events[i].repository) : feed;
    const auto view = book.find(core::subject_of(own));
    if (view && view->repository.active) out[view->repository.id].push_back(i);
  }
  return out;
}

core::Result<polling::Known> look_up(const Board::Locked& board, store::Store& store, const std::string& feed,
                                     std::span<const core::Event> events, std::optional<core::EventTime> oldest_kept) {
  polling::Known known;
  known.last_sequence = board->last_sequence;
  if (!core::is_organisation_feed(feed)) known.newest = newest_of(board->book, feed);
  for (const std::string& repository : board->poller.repositories_of(feed)) {
    if (const auto newest = newest_of(board->book, repository)) known.newest_by_feed[repository] = *newest;
  }
  auto sequences = find_stored(board->book, store, feed, events);
  if (!sequences) return tl::unexpected(sequences.error());
  known.sequences = *std::move(sequences);
  if (!oldest_kept) return known;
  constexpr std::int64_t kLongAgo = 0;  // sequences begin above it
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!known.sequences[i] && events[i].key.created_at < *oldest_kept) known.sequences[i] = kLongAgo;
  }
  return known;
}

}  // namespace repopulse::monitor
