#include "monitor/second_names.h"

#include <algorithm>

#include "monitor/polled_feeds.h"

namespace repopulse::monitor {
namespace {

void rest(Board::Locked& board, const RepositoryView& view, const std::string& first, core::Timestamp now) {
  if (board->poller.state(view.feed.feed) != nullptr) stop_polling(board, view, now);
  if (view.same_as == first) return;
  board->book.change(view.repository.name.key(), [&](RepositoryView& changed) {
    changed.same_as = first;
    changed.forecast.clear();
  });
}

void wake(Board::Locked& board, const RepositoryView& view, core::Timestamp now) {
  if (view.same_as.empty()) return;
  const std::string& feed = view.feed.feed;
  board->book.change(view.repository.name.key(), [](RepositoryView& changed) { changed.same_as.clear(); });
  if (!board->shards.polls_feed(feed) || board->poller.state(feed) != nullptr) return;
  start_polling(board, view, now);
  board->poller.poll_soon(feed, now);
  show_feed(board, feed);
}

}  // namespace

void rest_second_names(Board::Locked& board, core::Timestamp now) {
  for (const std::uint64_t number : board->book.take_changed_numbers()) {
    const std::vector<RepositoryBook::View> names = board->book.names_of(number);
    if (names.empty()) continue;
    auto first = std::ranges::find_if_not(names, [](const auto& view) { return is_gone(view->feed.status); });
    if (first == names.end()) first = names.begin();
    for (auto name = names.begin(); name != names.end(); ++name) {
      if (name == first) {
        wake(board, **name, now);
      } else {
        rest(board, **name, (*first)->repository.name.full_name(), now);
      }
    }
  }
}

}  // namespace repopulse::monitor
