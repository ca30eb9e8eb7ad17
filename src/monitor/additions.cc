#include "monitor/additions.h"

#include <string_view>

#include "monitor/polled_feeds.h"
#include "monitor/second_names.h"
#include "monitor/store_health.h"

namespace repopulse::monitor {

void show_active(Board::Locked& board, const RepositoryView& view, core::Timestamp now) {
  const std::string& feed = view.feed.feed;
  const bool ours = board->shards.polls_feed(feed);  // else the server that polls it sees it in the store
  if (ours) {
    start_polling(board, view, now);
    board->poller.poll_soon(feed, now);
  }
  board->book.change(view.repository.name.key(), [&](RepositoryView& changed) {
    changed.repository.active = true;
    if (ours) changed.feed = *board->poller.state(feed);
  });
}

core::Result<std::vector<store::AddedRepository>> put_on_list(Board::Locked& board, store::Store& store,
                                                              const Loader& loader,
                                                              std::span<const store::NewRepository> repositories,
                                                              core::Timestamp now) {
  auto added = store.add_repositories(repositories, now);
  note_write(board, added, now);
  if (!added) return added;
  for (std::size_t i = 0; i < added->size(); ++i) {
    store::Repository& repository = (*added)[i].repository;
    const std::string_view key = repositories[i].name.key();
    if (!board->book.find(key) && (*added)[i].created) loader.add_new(board, repository, now);
    // Another server added it. If its window cannot be read now, Follower brings it.
    if (!board->book.find(key)) (void)loader.add_stored(board, repository, nullptr, now);
    const auto view = board->book.find(key);
    if (!view) continue;
    if (repositories[i].active && !view->repository.active) show_active(board, *view, now);
    repository = board->book.find(key)->repository;
  }
  rest_second_names(board, now);
  return added;
}

std::size_t active_room(const Board::Locked& board) {
  const std::size_t active = board->book.totals().active;
  return active < board->max_active ? board->max_active - active : 0;
}

}  // namespace repopulse::monitor
