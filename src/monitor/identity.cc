#include "monitor/identity.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "core/clock.h"
#include "core/feed_name.h"
#include "github/event_parser.h"
#include "monitor/last_event.h"

namespace repopulse::monitor {
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

namespace {

// A window that is not full holds every event, whichever clock it was filled by; not so with events of others.
bool is_whole(const RepositoryView& view) {
  return !view.repository.others_until && view.window.stored() < view.window.rule().max_events;
}

// Windows that are held twice while they are loaded again.
constexpr std::size_t kRenewedAtOnce = 4 * kWindowsAtOnce;

// By a clock that has stepped. `views` is not empty.
core::Status load_again(Board::Locked& board, store::EventStore& store, std::span<const RepositoryBook::View> views,
                        core::Timestamp told) {
  std::vector<WantedWindow> wanted;
  for (const auto& view : views) {
    if (!is_whole(*view)) wanted.push_back({&view->repository, github_id_of(board, *view)});
  }
  auto windows = load_windows(store, wanted, views.front()->window.empty_copy(), told);
  if (!windows) return tl::unexpected(windows.error());
  auto loaded = windows->begin();
  for (const auto& view : views) {
    board->book.change(view->repository.name.key(), [&](RepositoryView& changed) {
      if (!is_whole(*view)) changed.window = std::move(*loaded++);
      changed.repository.last_event_at = std::max(changed.repository.last_event_at, changed.window.newest(told));
      changed.repository.last_event_at = last_event_at(changed.repository, changed.window, told);
      ++changed.events_version;
    });
  }
  return {};
}

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
  const WantedWindow wanted{&view->repository, github_id_of(board, *view)};
  auto window = load_window(store, wanted, view->window.empty_copy(), board->clock.corrected(now));
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
  const RepositoryList all = board->book.all();
  for (auto at = all.begin(); at != all.end();) {
    std::vector<RepositoryBook::View> part;
    for (; at != all.end() && part.size() < kRenewedAtOnce; ++at) part.push_back(*at);
    if (const auto renewed = load_again(board, store, part, told); !renewed) return renewed;
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
