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

// At a first contact: the newest created_at that the store has, from an import, before the oldest that the feed shows.
core::Result<std::optional<core::EventTime>> newest_unshown(const Board::Locked& board, store::Store& store,
                                                            const std::string& feed,
                                                            std::span<const core::Event> events) {
  const auto view = board->book.find(core::subject_of(feed));
  const core::FeedState* state = board->poller.state(feed);
  std::optional<core::EventTime> newest;
  if (!view || view->repository.events_stored == 0 || state == nullptr || state->last_full_at) return newest;
  core::EventTime oldest = board->poller.oldest_met().value_or(core::EventTime::max());
  for (const core::Event& event : events) oldest = std::min(oldest, event.key.created_at);
  constexpr std::size_t kFirstTry = 1000;  // events; more than a feed shows
  for (std::size_t limit = kFirstTry;; limit *= 4) {
    std::size_t visits = 0;
    const auto visited = store.visit_newest(view->repository.id, limit, [&](const core::EventKey& key, auto, auto) {
      ++visits;
      if (key.created_at < oldest) newest = std::max(newest.value_or(key.created_at), key.created_at);
      return true;
    });
    if (!visited) return tl::unexpected(visited.error());
    if (newest || visits < limit) return newest;
  }
}

}  // namespace

std::map<core::RepoId, std::vector<std::size_t>> by_repository(const RepositoryBook& book, const std::string& feed,
                                                               std::span<const core::Event> events) {
  std::map<core::RepoId, std::vector<std::size_t>> out;
  const bool shared = core::is_shared_feed(feed);
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::string own = shared ? core::repository_feed(events[i].repository) : feed;
    const auto view = book.find(core::subject_of(own));
    if (view && view->repository.active) out[view->repository.id].push_back(i);
  }
  return out;
}

core::Result<polling::Known> look_up(const Board::Locked& board, store::Store& store, const std::string& feed,
                                     std::span<const core::Event> events, std::optional<core::EventTime> oldest_kept) {
  polling::Known known;
  known.last_sequence = board->last_sequence;
  if (!core::is_shared_feed(feed)) {
    known.newest = newest_of(board->book, feed);
    const auto unshown = newest_unshown(board, store, feed, events);
    if (!unshown) return tl::unexpected(unshown.error());
    known.newest_unshown = *unshown;
  }
  for (const std::string& repository : board->poller.repositories_of(feed)) {
    if (const auto newest = newest_of(board->book, repository)) known.newest_by_feed[repository] = *newest;
  }
  auto sequences = find_stored(board->book, store, feed, events);
  if (!sequences) return tl::unexpected(sequences.error());
  known.sequences = *std::move(sequences);
  if (!oldest_kept) return known;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!known.sequences[i] && events[i].key.created_at < *oldest_kept) known.sequences[i] = polling::Known::kForgotten;
  }
  return known;
}

}  // namespace repopulse::monitor
