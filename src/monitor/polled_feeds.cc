#include "monitor/polled_feeds.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "core/feed_name.h"
#include "monitor/last_event.h"
#include "polling/feed_memory.h"

namespace repopulse::monitor {
namespace {

constexpr int kForecastHours = 24;

}  // namespace

void start_polling(Board::Locked& board, const RepositoryView& view, core::Timestamp now) {
  const std::vector<core::EventTime> recent = view.window.arrivals(now);
  if (board->poller.policy().history_span() > core::Millis{0} &&
      polling::split_memory(view.feed.policy_state).policy.empty()) {
    board->poller.add_without_history(view.feed, recent, now);
  } else {
    board->poller.add(view.feed, recent, now);
  }
}

void stop_polling(Board::Locked& board, const RepositoryView& view, core::Timestamp now) {
  board->poller.remove(view.feed.feed, now);
  board->spending.stop(view.feed.feed, now);
  if (board->pending) board->pending->withdraw(view.repository.id, view.feed.feed);
}

void give_up_shards(Board::Locked& board, const std::set<int>& shards, core::Timestamp now) {
  for (const auto& view : board->book.all()) {
    if (shards.contains(board->shards.shard_of_feed(view->feed.feed))) stop_polling(board, *view, now);
  }
  for (const int shard : shards) board->shards.give_up(shard);
}

RepositoryBook::View polled_view(const Board::Locked& board, const RepositoryBook::View& view) {
  const auto first = view->same_as.empty() ? nullptr : board->book.find(base::to_lower(view->same_as));
  return first ? first : view;
}

void ask_soon(Board::Locked& board, const std::string& feed, const Wish& wish, core::Timestamp now) {
  if (wish.asker == Asker::kPerson) {
    board->poller.poll_soon(feed, now);
  } else {
    board->poller.hint(feed, wish.hint, now);
  }
  show_feed(board, feed);
}

void ask_many_soon(Board::Locked& board, std::span<const std::string> feeds, core::Timestamp now) {
  board->poller.poll_many_soon(feeds, now);
  for (const std::string& feed : feeds) show_feed(board, feed);
}

void remember_shared_feeds(Board::Locked& board, std::span<const core::FeedState> feeds) {
  for (const core::FeedState& feed : feeds) {
    if (!core::is_shared_feed(feed.feed)) continue;
    core::FeedState shared = feed;
    adapt(shared, board->token);
    board->poller.remember(std::move(shared));
  }
}

void show_feed(Board::Locked& board, const std::string& feed) {
  if (core::is_shared_feed(feed) || board->poller.state(feed) == nullptr) return;
  board->book.change(core::subject_of(feed),
                     [&](RepositoryView& changed) { changed.feed = board->poller.shown_state(feed); });
}

void show_all_feeds(Board::Locked& board) {
  for (const auto& view : RepositoryList(board->book.all())) show_feed(board, view->feed.feed);
}

void show_feed_and_forecast(Board::Locked& board, const std::string& feed, core::Timestamp now) {
  if (board->poller.state(feed) == nullptr) return;
  board->book.change(core::subject_of(feed), [&](RepositoryView& changed) {
    changed.feed = board->poller.shown_state(feed);
    changed.repository.last_event_at = last_event_at(changed.repository, changed.window, board->clock.corrected(now));
    changed.forecast =
        board->poller.policy().forecast(feed, now, kForecastHours).value_or(std::vector<polling::HourForecast>());
  });
}

std::vector<std::string> informed_feeds(const Board::Locked& board, const std::string& feed) {
  return core::is_shared_feed(feed) ? board->poller.repositories_of(feed) : std::vector{feed};
}

}  // namespace repopulse::monitor
