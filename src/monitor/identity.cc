#include "monitor/identity.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <set>
#include <utility>

#include "core/clock.h"
#include "core/feed_name.h"
#include "github/event_parser.h"
#include "monitor/last_event.h"

namespace repopulse::monitor {
namespace {

constexpr std::size_t kPage = 500;  // events of one read

// The newest events, without those up to the newest of another repository, until there is no room in the windows of
// people and of robots. Those ahead of the clock take no place in them.
core::Status visit_after_others(store::EventStore& store, const store::Repository& repository, core::Window& window,
                                core::Timestamp now) {
  constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();
  const std::size_t most = window.rule().max_events;
  const auto& others = repository.others_until;
  std::size_t come = 0;
  return store.visit_newest(repository.id, kNoLimit,
                            [&](const core::EventKey& key, std::string_view type, std::string_view actor) {
                              const bool own = !others || key.created_at > *others;
                              if (own) window.insert(key, type, now, actor);
                              if (!core::is_ahead(key.created_at, now)) ++come;
                              return come < most || (own && window.has_room(key.created_at, now));
                            });
}

// Of the events that match, those of the repository with this number, newest first, until there is no room.
core::Status visit_own(store::EventStore& store, core::RepoId repository, std::uint64_t github_id,
                       const store::EventFilter& filter, core::Window& window, core::Timestamp now) {
  github::EventParser parser;
  bool room = true;
  for (std::size_t offset = 0;; offset += kPage) {
    const auto page = store.events(repository, filter, offset, kPage);
    if (!page) return tl::unexpected(page.error());
    for (const std::string& json : page->json) {
      const auto event = parser.event(json);
      if (!event) continue;
      if (is_of(event->github_id, github_id)) window.insert(event->key, event->type, now, event->actor);
      room = window.has_room(event->key.created_at, now);
    }
    if (page->json.size() < kPage || !room) return {};
  }
}

}  // namespace

std::uint64_t github_id_in(std::string_view json) {
  const auto event = github::EventParser().event(json);
  return event ? event->github_id : 0;
}

std::uint64_t github_id_of(const Board::Locked& board, const RepositoryView& view) {
  const core::FeedState* polled = board->poller.state(view.feed.feed);
  return polled != nullptr ? polled->github_id : view.feed.github_id;
}

core::Result<StoredNumbers> numbers_of_stored(store::EventStore& store, core::RepoId repository,
                                              std::uint64_t github_id, std::size_t most) {
  const auto page = store.events(repository, {}, 0, most);
  if (!page) return tl::unexpected(page.error());
  StoredNumbers found;
  github::EventParser parser;
  for (const std::string& json : page->json) {
    const auto event = parser.event(json);
    if (!event || event->github_id == 0) continue;
    if (found.newest == 0) found.newest = event->github_id;
    if (!found.others_until && event->github_id != github_id) found.others_until = event->key.created_at;
  }
  return found;
}

core::Result<core::Window> load_window(store::EventStore& store, const store::Repository& repository,
                                       std::uint64_t github_id, core::Window window, core::Timestamp now) {
  const core::EventTime oldest = core::to_event_time(now - std::chrono::days(window.rule().days));
  const auto& others = repository.others_until;
  const bool mixed = others && *others > oldest && github_id != 0;
  if (const auto read = visit_after_others(store, repository, window, now); !read) return tl::unexpected(read.error());
  if (!mixed) return window;
  store::EventFilter filter;
  filter.since = oldest;
  filter.until = others;
  if (const auto own = visit_own(store, repository.id, github_id, filter, window, now); !own) {
    return tl::unexpected(own.error());
  }
  return window;
}

namespace {

// Those that the store could not bring before, or still cannot.
void read_unread_windows(Board::Locked& board, store::EventStore& store, core::Timestamp now) {
  const std::set<core::RepoId> unread = std::exchange(board->unread_windows, {});
  for (const core::RepoId repository : unread) {
    if (board->book.find(repository)) renew_window(board, store, repository, now);
  }
  if (board->unread_windows.size() < unread.size()) board.publish(now);
}

}  // namespace

void renew_window(Board::Locked& board, store::EventStore& store, core::RepoId repository, core::Timestamp now) {
  const auto view = board->book.find(repository);
  auto window = load_window(store, view->repository, github_id_of(board, *view), view->window.empty_copy(),
                            board->clock.corrected(now));
  board->book.change(view->repository.name.key(), [&](RepositoryView& changed) {
    changed.window = window ? *std::move(window) : changed.window.empty_copy();
    ++changed.events_version;
  });
  if (window) {
    board->unread_windows.erase(repository);
  } else {
    board->unread_windows.insert(repository);
  }
}

core::Status renew_windows(Board::Locked& board, store::EventStore& store, core::Timestamp now) {
  read_unread_windows(board, store, now);
  const core::Timestamp told = board->clock.corrected(now);
  board->window_time.see(told);
  if (!board->window_time.stepped()) return {};
  for (const auto& view : RepositoryList(board->book.all())) {
    // A window that is not full holds every event, whichever clock it was filled by; not so with events of others.
    const bool whole = !view->repository.others_until && view->window.stored() < view->window.rule().max_events;
    std::optional<core::Window> loaded;
    if (!whole) {
      auto window = load_window(store, view->repository, github_id_of(board, *view), view->window.empty_copy(), told);
      if (!window) return tl::unexpected(window.error());
      loaded = *std::move(window);
    }
    board->book.change(view->repository.name.key(), [&](RepositoryView& changed) {
      if (loaded) changed.window = *std::move(loaded);
      changed.repository.last_event_at = std::max(changed.repository.last_event_at, changed.window.newest(told));
      changed.repository.last_event_at = last_event_at(changed.repository, changed.window, told);
      ++changed.events_version;
    });
  }
  board->window_time.loaded();
  board.publish(now);
  return {};
}

void set_aside_reused(Board::Locked& board) {
  PendingAnswer& pending = *board->pending;
  std::erase_if(pending.answer.events, [&](const core::Event& event) {
    const std::string feed = core::repository_feed(event.repository);
    const auto view = board->book.find(core::subject_of(feed));
    if (!view || !view->repository.active || is_of(event.github_id, github_id_of(board, *view))) return false;
    const auto& newest = view->repository.last_event_at;
    if (newest && event.key.created_at <= *newest) return false;  // of one that had the name before
    pending.reused.insert(feed);
    return true;
  });
}

}  // namespace repopulse::monitor
