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

// What was read, and when.
struct Read {
  const store::Repository& repository;
  const core::FeedState* feed;
  std::uint64_t seen;
  core::Timestamp now;
};

// Feeds that are polled from now on. What is shown of them depends on all that are.
struct Begun {
  std::vector<std::string> added;
  std::vector<std::string> activated;  // to be asked soon
};

core::Status add(Board::Locked& board, const Loader& loader, const Read& read, Begun& begun) {
  const core::Status added = loader.add_stored(board, read.repository, read.feed, read.now);
  const std::string feed = core::repository_feed(read.repository.name);
  if (added && board->poller.state(feed) != nullptr) begun.added.push_back(feed);
  return added;
}

void change(Board::Locked& board, const Loader& loader, const RepositoryView& view, const Read& read, Begun& begun) {
  const auto& [stored, feed, seen, now] = read;
  const std::string name = core::repository_feed(stored.name);
  const bool newer_feed = feed != nullptr && board->poller.state(name) == nullptr && !(view.feed == *feed);
  if (same(view, stored, board->clock.corrected(now)) && !newer_feed) return;
  const bool regrouped = stored.others_until != view.repository.others_until ||
                         (newer_feed && view.feed.github_id != 0 && feed->github_id != view.feed.github_id);
  if (stored.active && !view.repository.active && board->shards.polls_feed(name)) {
    start_polling(board, view, now);
    begun.activated.push_back(name);
  }
  if (!stored.active) stop_polling(board, view, now);
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
}

// False: it was changed here meanwhile.
core::Result<bool> reconcile_one(Board::Locked& board, const Loader& loader, const Read& read, Begun& begun) {
  const auto view = board->book.find(read.repository.name.key());
  if (view && view->version > read.seen) return false;
  if (view && view->repository.id == read.repository.id) {
    change(board, loader, *view, read, begun);
    return true;
  }
  if (view) stop_polling(board, *view, read.now);
  return add(board, loader, read, begun).map([] { return true; });
}

}  // namespace

core::Status reconcile(Board::Locked& board, const Loader& loader, std::span<const store::Repository> stored,
                       const StoredFeed& feed_of, std::uint64_t seen, core::Timestamp now, const Reconciled& tell) {
  core::Status done;
  Begun begun;
  const auto reconcile_all = [&] {
    for (const store::Repository& repository : stored) {
      const auto one = reconcile_one(board, loader, {repository, feed_of(repository), seen, now}, begun);
      if (!one) {
        done = tl::unexpected(one.error());
        return;
      }
      tell(repository.id, *one);
    }
  };
  board->poller.add_many(reconcile_all, now);
  ask_many_soon(board, begun.activated, now);
  for (const std::string& feed : begun.added) show_feed(board, feed);
  return done;
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
