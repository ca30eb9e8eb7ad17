#include "monitor/loader.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/clock.h"
#include "core/feed_name.h"
#include "monitor/identity.h"
#include "monitor/last_event.h"
#include "monitor/polled_feeds.h"
#include "monitor/windows.h"

namespace repopulse::monitor {

core::Status Loader::load_all(Board::Locked& board, core::Timestamp now) const {
  board->started_at = now;
  board->spending.start(now);
  board->window_time.see(board->clock.corrected(now));
  if (const auto notes = load_notes(board); !notes) return notes;
  if (const auto repositories = load_repositories(board, now); !repositories) return repositories;
  const auto owners = store_.owners();
  if (!owners) return tl::unexpected(owners.error());
  for (const store::Owner& owner : *owners) board->owners.put(owner);
  board->ready = true;
  return {};
}

core::Status Loader::load_notes(Board::Locked& board) const {
  const auto notes = store_.notes();
  if (!notes) return tl::unexpected(notes.error());
  const auto known =
      std::ranges::find(*notes, kTokenNote, [](const auto& note) { return std::string_view(note.first); });
  if (known == notes->end() || known->second == board->token.fingerprint) {
    board->poller.restore(*notes);
  } else {
    board->token.stored_for_another = true;
  }
  return {};
}

core::Status Loader::load_repositories(Board::Locked& board, core::Timestamp now) const {
  const auto repositories = store_.repositories();
  if (!repositories) return tl::unexpected(repositories.error());
  const auto feeds = store_.feeds();
  if (!feeds) return tl::unexpected(feeds.error());
  const auto last = store_.last_sequence();
  if (!last) return tl::unexpected(last.error());
  board->last_sequence = *last;

  remember_shared_feeds(board, *feeds);
  return add_all(board, *repositories, FeedsByName(*feeds), now);
}

core::Status Loader::add_all_stored(Board::Locked& board, std::span<const store::Repository> repositories,
                                    core::Timestamp now) const {
  return add_all(board, repositories, FeedsByName({}), now);
}

core::Status Loader::add_all(Board::Locked& board, std::span<const store::Repository> repositories,
                             const FeedsByName& feeds, core::Timestamp now) const {
  auto views = read_views(repositories, feeds, empty_window(board), board->clock.corrected(now));
  if (!views) return tl::unexpected(views.error());
  for (RepositoryView& view : *views) adapt(view.feed, board->token);
  const auto start_all = [&] {
    for (const RepositoryView& view : *views) {
      if (view.repository.active && board->shards.polls_feed(view.feed.feed)) start_polling(board, view, now);
    }
  };
  board->poller.add_many(start_all, now);
  // What is shown of a feed depends on all that are polled.
  for (RepositoryView& view : *views) {
    if (board->poller.state(view.feed.feed) != nullptr) view.feed = board->poller.shown_state(view.feed.feed);
    board->book.put(std::move(view));
  }
  return {};
}

core::Result<std::vector<RepositoryView>> Loader::read_views(std::span<const store::Repository> repositories,
                                                             const FeedsByName& feeds, const core::Window& empty,
                                                             core::Timestamp told) const {
  std::vector<RepositoryView> views;
  std::vector<WantedWindow> wanted;
  for (const store::Repository& repository : repositories) {
    const std::string feed = core::repository_feed(repository.name);
    const core::FeedState* known = feeds.find(feed);
    RepositoryView& view = views.emplace_back(RepositoryView{repository, {}, empty, 0, 1, {}, {}});
    if (known != nullptr) view.feed = *known;
    view.feed.feed = feed;
    wanted.push_back({&repository, view.feed.github_id});
  }
  auto windows = load_windows(store_, wanted, empty, told);
  if (!windows) return tl::unexpected(windows.error());
  for (std::size_t i = 0; i < views.size(); ++i) {
    views[i].window = std::move((*windows)[i]);
    views[i].repository.last_event_at = last_event_at(repositories[i], views[i].window, told);
  }
  return views;
}

core::Status Loader::add_stored(Board::Locked& board, const store::Repository& repository, const core::FeedState* feed,
                                core::Timestamp now) const {
  const WantedWindow wanted{&repository, feed == nullptr ? 0 : feed->github_id};
  auto window = load_window(store_, wanted, empty_window(board), board->clock.corrected(now));
  if (!window) return tl::unexpected(window.error());
  RepositoryView view{repository, feed == nullptr ? core::FeedState() : *feed, std::move(*window), 0, 1, {}, {}};
  view.repository.last_event_at = last_event_at(repository, view.window, board->clock.corrected(now));
  view.feed.feed = core::repository_feed(repository.name);
  if (repository.active && board->shards.polls_feed(view.feed.feed)) {
    start_polling(board, view, now);
    view.feed = board->poller.shown_state(view.feed.feed);
  }
  board->book.put(std::move(view));
  return {};
}

void Loader::add_new(Board::Locked& board, const store::Repository& repository, core::Timestamp now) const {
  RepositoryView view{repository, {}, empty_window(board), 0, 1, {}, {}};
  view.repository.last_event_at = last_event_at(repository, view.window, board->clock.corrected(now));
  view.feed.feed = core::repository_feed(repository.name);
  if (repository.active && board->shards.polls_feed(view.feed.feed)) {
    board->poller.add(view.feed, {}, now);
    view.feed = *board->poller.state(view.feed.feed);
  }
  board->book.put(std::move(view));
}

void Loader::renew_window(Board::Locked& board, core::RepoId repository, core::Timestamp now) const {
  monitor::renew_window(board, store_, repository, now);
}

}  // namespace repopulse::monitor
