#include "monitor/fold.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "monitor/identity.h"
#include "monitor/last_event.h"
#include "store/gaps.h"

namespace repopulse::monitor {
namespace {

RepositoryBook::View change(RepositoryBook& book, core::RepoId id, const std::function<void(RepositoryView&)>& edit) {
  return book.change(book.find(id)->repository.name.key(), edit);
}

// `github_id`: of the event's repository. The window of a name that was given away has events of the present one alone.
void take_into_window(RepositoryView& view, const core::Event& event, std::uint64_t github_id, std::uint64_t repository,
                      core::Timestamp now) {
  const core::EventTime at = event.key.created_at;
  if (is_of(github_id, repository)) view.window.insert(event.key, event.type, now, event.actor);
  view.repository.last_event_at = std::max(view.repository.last_event_at.value_or(at), at);
  view.repository.last_event_at = last_event_at(view.repository, view.window, now);
}

// What was stored for one repository. Events that are told now are moved out of `batch`.
void fold_batch(Board::Locked& board, store::RepositoryEvents& batch,
                const std::vector<std::optional<store::Sequence>>& sequences, core::Timestamp now, PollReport& report,
                News& news) {
  std::size_t inserted = 0;
  const core::Timestamp told = board->clock.corrected(now);
  const bool first_contact = board->pending->step->first_contact;
  const std::uint64_t repository = github_id_of(board, *board->book.find(batch.repository));
  const auto view = change(board->book, batch.repository, [&](RepositoryView& changed) {
    for (std::size_t i = 0; i < batch.events.size(); ++i) {
      if (!sequences[i]) continue;
      const store::Sequence sequence = *sequences[i];
      ++inserted;
      board->last_sequence = std::max(board->last_sequence, sequence);
      take_into_window(changed, batch.events[i], batch.events[i].github_id, repository, told);
      if (!first_contact && !core::is_ahead(batch.events[i].key.created_at, told)) {
        report.waits.push_back(told - core::to_timestamp(batch.events[i].key.created_at));
        board->staleness.add(report.waits.back());
        board->spending.hear(changed.feed.feed, batch.events[i].key.created_at, report.waits.back());
      }
      if (board->shards.alone()) {
        news.events.emplace_back(store::StoredEvent{sequence, batch.repository, std::move(batch.events[i])},
                                 changed.repository.name);
      } else {
        board->untold.insert(sequence);
      }
    }
    changed.repository.events_stored += inserted;
    if (inserted > 0) ++changed.events_version;
  });
  if (inserted > 0) news.statistics.push_back(view);
  report.new_events += inserted;
}

}  // namespace

void fold_commit(Board::Locked& board, const store::CommitReceipt& receipt, core::Timestamp now, PollReport& report,
                 News& news) {
  store::PollCommit& commit = board->pending->commit;
  for (std::size_t batch = 0; batch < receipt.inserted.size(); ++batch) {
    fold_batch(board, commit.events[batch], receipt.inserted[batch], now, report, news);
  }
  for (const auto& [repository, gap] : commit.gaps) {
    change(board->book, repository, [&, found = gap](RepositoryView& changed) {
      changed.repository.gaps.push_back(found);
      changed.repository.gaps = store::merge_gaps(std::move(changed.repository.gaps));
      ++changed.events_version;
    });
  }
}

void fold_followed(Board::Locked& board, std::span<const store::StoredEvent> events, ToldEvents& told_before,
                   const ReadCounts& counts, core::Timestamp now, News& news) {
  const core::Timestamp told = board->clock.corrected(now);
  std::map<core::RepoId, std::vector<const store::StoredEvent*>> foreign;
  for (const store::StoredEvent& event : events) {
    const bool stored_here = board->untold.erase(event.sequence) > 0;
    const auto view = board->book.find(event.repository);
    if (!view || !told_before.add(event.repository, event.event.key)) continue;  // removed since, or shown again
    news.events.emplace_back(event, view->repository.name);
    if (!stored_here) foreign[event.repository].push_back(&event);
  }
  for (const auto& [repository, batch] : foreign) {
    const std::uint64_t number = github_id_of(board, *board->book.find(repository));
    news.statistics.push_back(change(board->book, repository, [&, &stored = batch](RepositoryView& changed) {
      for (const store::StoredEvent* event : stored) {
        take_into_window(changed, event->event, number == 0 ? 0 : github_id_in(event->event.json), number, told);
        if (!counts.contain(event->repository, event->sequence)) ++changed.repository.events_stored;
      }
      ++changed.events_version;
    }));
  }
  if (events.empty()) return;
  board->last_sequence = std::max(board->last_sequence, events.back().sequence);
  // Some may have been deleted before they were told.
  board->untold.erase(board->untold.begin(), board->untold.upper_bound(events.back().sequence));
}

}  // namespace repopulse::monitor
