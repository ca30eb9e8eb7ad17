#include "monitor/loader.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/clock.h"
#include "core/feed_name.h"
#include "monitor/feeds_by_name.h"
#include "monitor/identity.h"
#include "monitor/last_event.h"
#include "monitor/polled_feeds.h"

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
  show_all_feeds(board);
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

  const FeedsByName by_name(*feeds);
  remember_shared_feeds(board, *feeds);
  for (const store::Repository& repository : *repositories) {
    const std::string feed = core::repository_feed(repository.name);
    const core::FeedState* known = by_name.find(feed);
    auto window =
        load_window(store_, repository, known == nullptr ? 0 : known->github_id, empty_, board->clock.corrected(now));
    if (!window) return tl::unexpected(window.error());
    RepositoryView view{repository, {}, std::move(*window), 0, 1, {}, {}};
    view.repository.last_event_at = last_event_at(repository, view.window, board->clock.corrected(now));
    if (known != nullptr) view.feed = *known;
    view.feed.feed = feed;
    adapt(view.feed, board->token);
    if (view.repository.active && board->shards.polls_feed(feed)) start_polling(board, view, now);
    board->book.put(std::move(view));
  }
  return {};
}

core::Status Loader::add_stored(Board::Locked& board, const store::Repository& repository, const core::FeedState* feed,
                                core::Timestamp now) const {
  auto window =
      load_window(store_, repository, feed == nullptr ? 0 : feed->github_id, empty_, board->clock.corrected(now));
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
  RepositoryView view{repository, {}, empty_, 0, 1, {}, {}};
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
