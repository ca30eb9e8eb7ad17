#include "monitor/additions.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/feed_name.h"
#include "monitor/polled_feeds.h"
#include "monitor/second_names.h"
#include "monitor/store_health.h"

namespace repopulse::monitor {

namespace {

// True: it was not active on the board.
bool activate_on_board(Board::Locked& board, const RepositoryView& view, core::Timestamp now) {
  if (view.repository.active) return false;
  // Else the server that polls it sees it in the store.
  if (board->shards.polls_feed(view.feed.feed)) start_polling(board, view, now);
  board->book.change(view.repository.name.key(), [](RepositoryView& changed) { changed.repository.active = true; });
  return true;
}

// True: it was on the board, and not active there.
bool put_on_board(Board::Locked& board, const Loader& loader, const store::NewRepository& wanted,
                  const store::AddedRepository& added, core::Timestamp now) {
  const std::string_view key = wanted.name.key();
  if (!board->book.find(key) && added.created) loader.add_new(board, added.repository, now);
  // Another server added it. If its window cannot be read now, Follower brings it.
  if (!board->book.find(key)) (void)loader.add_stored(board, added.repository, nullptr, now);
  const auto view = board->book.find(key);
  return view && wanted.active && activate_on_board(board, *view, now);
}

}  // namespace

void show_active(Board::Locked& board, const RepositoryView& view, core::Timestamp now) {
  if (activate_on_board(board, view, now)) ask_many_soon(board, {&view.feed.feed, 1}, now);
}

// Thousands may come at once: what they mean for each other is decided when all are there.
core::Result<std::vector<store::AddedRepository>> put_on_list(Board::Locked& board, store::Store& store,
                                                              const Loader& loader,
                                                              std::span<const store::NewRepository> repositories,
                                                              core::Timestamp now) {
  auto added = store.add_repositories(repositories, now);
  note_write(board, added, now);
  if (!added) return added;
  std::vector<std::string> activated;
  const auto put_all = [&] {
    for (std::size_t i = 0; i < added->size(); ++i) {
      if (!put_on_board(board, loader, repositories[i], (*added)[i], now)) continue;
      activated.push_back(core::repository_feed(repositories[i].name));
    }
  };
  board->poller.add_many(put_all, now);
  ask_many_soon(board, activated, now);
  for (store::AddedRepository& one : *added) {
    const auto view = board->book.find(one.repository.name.key());
    if (!view) continue;
    if (one.created) show_feed(board, view->feed.feed);  // it may be due otherwise since the last one came
    one.repository = view->repository;
  }
  rest_second_names(board, now);
  return added;
}

std::size_t active_room(const Board::Locked& board) {
  const std::size_t active = board->book.totals().active;
  return active < board->max_active ? board->max_active - active : 0;
}

}  // namespace repopulse::monitor
