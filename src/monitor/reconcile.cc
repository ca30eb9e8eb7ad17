#include "monitor/reconcile.h"

#include <set>
#include <string>
#include <string_view>

#include "core/feed_name.h"
#include "monitor/last_event.h"
#include "monitor/polled_feeds.h"

namespace repopulse::monitor {
namespace {

bool same(const RepositoryView& view, const store::Repository& stored, core::Timestamp now) {
  const store::Repository& known = view.repository;
  return known.active == stored.active && known.events_stored == stored.events_stored &&
         known.last_event_at == last_event_at(stored, view.window, now) && known.gaps == stored.gaps &&
         known.others_until == stored.others_until;
}

}  // namespace

core::Result<bool> reconcile(Board::Locked& board, const Loader& loader, const store::Repository& stored,
                             const core::FeedState* feed, std::uint64_t seen, core::Timestamp now) {
  const auto view = board->book.find(stored.name.key());
  if (view && view->version > seen) return false;
  if (!view || view->repository.id != stored.id) {
    if (view) stop_polling(board, *view, now);
    return loader.add_stored(board, stored, feed, now).map([] { return true; });
  }
  const std::string name = core::repository_feed(stored.name);
  const bool newer_feed = feed != nullptr && board->poller.state(name) == nullptr && !(view->feed == *feed);
  if (same(*view, stored, board->clock.corrected(now)) && !newer_feed) return true;
  const bool regrouped = stored.others_until != view->repository.others_until ||
                         (newer_feed && view->feed.github_id != 0 && feed->github_id != view->feed.github_id);
  if (stored.active && !view->repository.active && board->shards.polls_feed(name)) {
    start_polling(board, *view, now);
    board->poller.poll_soon(name, now);
  }
  if (!stored.active) stop_polling(board, *view, now);
  board->book.change(stored.name.key(), [&](RepositoryView& changed) {
    if (changed.repository.events_stored != stored.events_stored) ++changed.events_version;
    changed.repository = stored;
    changed.repository.last_event_at = last_event_at(stored, changed.window, board->clock.corrected(now));
    if (newer_feed) changed.feed = *feed;
    if (board->poller.state(name) != nullptr) changed.feed = board->poller.shown_state(name);
    if (!stored.active) {
      changed.feed.next_poll_at.reset();
      changed.same_as.clear();
    }
  });
  if (regrouped) loader.renew_window(board, stored.id, now);
  return true;
}

bool erase_removed(Board::Locked& board, core::RepoId repository, std::uint64_t seen, core::Timestamp now) {
  const auto view = board->book.find(repository);
  if (!view) return true;
  if (view->version > seen) return false;
  stop_polling(board, *view, now);
  board->book.erase(view->repository.name.key());
  return true;
}

std::vector<core::RepoId> missing_of(const Board::Locked& board, std::span<const store::Repository> stored) {
  std::set<std::string_view> there;
  for (const store::Repository& repository : stored) there.insert(repository.name.key());
  std::vector<core::RepoId> missing;
  for (const auto& view : board->book.all()) {
    if (!there.contains(view->repository.name.key())) missing.push_back(view->repository.id);
  }
  return missing;
}

}  // namespace repopulse::monitor
