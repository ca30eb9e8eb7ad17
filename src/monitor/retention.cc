#include "monitor/retention.h"

#include <algorithm>

#include "core/clock.h"
#include "monitor/last_event.h"
#include "monitor/store_health.h"

namespace repopulse::monitor {
namespace {

using namespace std::chrono_literals;

constexpr core::Millis kPauseAfterFailedSweep = 30s;
constexpr core::Millis kBetweenSweeps = 1h;
constexpr core::Millis kBetweenBatches = 50ms;  // of one sweep: readers and the poller go first
constexpr std::size_t kDeletedAtOnce = 500;

// One server sweeps for all. It must be one that asks GitHub, since only such a one learns GitHub's time.
bool sweeps(const Board::Locked& board) {
  for (const auto& view : board->book.all()) {
    if (view->repository.active && view->same_as.empty()) return board->shards.polls_feed(view->feed.feed);
  }
  return false;
}

}  // namespace

core::Timestamp Retention::run(core::Timestamp now) {
  if (days_ <= 0) return core::Timestamp::max();
  if (!core::is_due(next_sweep_, kBetweenSweeps, now)) return next_sweep_;
  {
    const Board::Locked board = board_.lock();
    if (!sweeps(board)) return core::Timestamp::max();  // whoever takes the shard is woken
    // Nothing is deleted between the lookup of a pending answer's events and their commit. Answers come on this thread.
    if (board->pending) return next_sweep_;
    const auto before = confirmed_oldest(board, now);
    if (!before) return core::Timestamp::max();  // the next answer may confirm it
    swept_ = std::max(swept_, before);
  }
  sweep(*swept_, now);
  return next_sweep_;
}

std::optional<core::EventTime> Retention::oldest_kept(const Board::Locked& board, core::Timestamp now) const {
  return std::max(swept_, confirmed_oldest(board, now));  // nullopt is less than any time
}

std::optional<core::EventTime> Retention::confirmed_oldest(const Board::Locked& board, core::Timestamp now) const {
  const auto confirmed = board->clock.confirmed(now);
  if (days_ <= 0 || !confirmed) return std::nullopt;
  return core::to_event_time(*confirmed - std::chrono::days(days_));
}

void Retention::sweep(core::EventTime before, core::Timestamp now) {
  const auto deleted = store_.delete_events_before(before, kDeletedAtOnce);
  const bool done = deleted && *deleted < kDeletedAtOnce;
  // Where it fails, the counts are refreshed with the next sweep.
  const auto repositories = done ? store_.repositories() : core::Result<std::vector<store::Repository>>();
  next_sweep_ = now + (!deleted ? kPauseAfterFailedSweep : done ? kBetweenSweeps : kBetweenBatches);
  Board::Locked board = board_.lock();
  note_write(board, deleted, now);
  if (done && repositories) refresh_counts(board, *repositories, now);
  board.publish(now);
}

void Retention::refresh_counts(Board::Locked& board, const std::vector<store::Repository>& repositories,
                               core::Timestamp now) {
  for (const store::Repository& stored : repositories) {
    const auto view = board->book.find(stored.name.key());
    if (!view || view->repository.events_stored == stored.events_stored) continue;
    board->book.change(stored.name.key(), [&](RepositoryView& changed) {
      changed.repository.events_stored = stored.events_stored;
      changed.repository.last_event_at = last_event_at(stored, changed.window, board->clock.corrected(now));
      ++changed.events_version;
    });
  }
}

}  // namespace repopulse::monitor
