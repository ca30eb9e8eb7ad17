#include "monitor/learning.h"

#include <algorithm>

#include "core/clock.h"
#include "core/feed_name.h"
#include "monitor/polled_feeds.h"

namespace repopulse::monitor {
namespace {

using namespace std::chrono_literals;

constexpr core::Millis kPauseInLearning = 5s;

}  // namespace

core::Timestamp Learning::learn_one(Board::Locked& board, core::Timestamp now) {
  if (board->poller.without_history().empty()) return core::Timestamp::max();
  if (!core::is_due(next_try_, kPauseInLearning, now)) return next_try_;
  const std::string feed = *board->poller.without_history().begin();
  if (!learn(board, feed, now)) next_try_ = now + kPauseInLearning;
  return now;
}

void Learning::learn_before_asking(Board::Locked& board, const std::string& feed, core::Timestamp now) {
  // What an account receives informs of no feed whose history is still to come.
  if (board->poller.without_history().empty() || core::is_received_feed(feed)) return;
  for (const std::string& each : informed_feeds(board, feed)) {
    if (!board->poller.without_history().contains(each) || learn(board, each, now)) continue;
    board->poller.give_history(each, board->book.find(core::subject_of(each))->window.arrivals(now), now);
  }
}

// False: the store failed.
bool Learning::learn(Board::Locked& board, const std::string& feed, core::Timestamp now) {
  const auto view = board->book.find(core::subject_of(feed));
  auto since = core::to_event_time(now - board->poller.policy().history_span());
  // The events of another repository that had the name tell nothing of this one.
  if (const auto& others = view->repository.others_until) since = std::max(since, *others + core::Seconds(1));
  auto history = store_.arrivals(view->repository.id, since);
  if (!history) return false;
  std::erase_if(*history, [now](core::EventTime at) { return core::is_ahead(at, now); });
  board->poller.give_history(feed, *history, now);
  return true;
}

}  // namespace repopulse::monitor
