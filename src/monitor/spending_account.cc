#include "monitor/spending_account.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "core/feed_name.h"
#include "monitor/polled_feeds.h"

namespace repopulse::monitor {
namespace {

// New events by the feed of their repository.
std::map<std::string, std::size_t> brought(const Board::Locked& board, const store::PollCommit& commit,
                                           const store::CommitReceipt& receipt) {
  std::map<std::string, std::size_t> counts;
  for (std::size_t batch = 0; batch < receipt.inserted.size(); ++batch) {
    const auto& inserted = receipt.inserted[batch];
    const auto count = std::ranges::count_if(inserted, [](const auto& sequence) { return sequence.has_value(); });
    if (count == 0) continue;
    const auto view = board->book.find(commit.events[batch].repository);
    counts[view->feed.feed] += static_cast<std::size_t>(count);
  }
  return counts;
}

Spent difference(const core::PollCounters& after, const core::PollCounters& before) {
  Spent spent;
  spent.requests = after.requests - before.requests;
  spent.not_modified = after.not_modified - before.not_modified;
  spent.failures = after.failures - before.failures;
  spent.quota_spent = after.quota_spent - before.quota_spent;
  return spent;
}

}  // namespace

void account_for_poll(Board::Locked& board, const store::CommitReceipt& receipt, core::Timestamp now) {
  const PendingAnswer& pending = *board->pending;
  const core::FeedState& state = pending.step->state;
  Spent cost = difference(state.counters, pending.counted_before);
  const std::map<std::string, std::size_t> events = brought(board, pending.commit, receipt);
  for (const auto& [feed, count] : events) cost.events += count;
  const std::vector<std::string> informed = informed_feeds(board, state.feed);
  if (core::is_shared_feed(state.feed)) {
    board->spending.ask_shared(state.feed, cost, events, informed, now);
  } else {
    board->spending.ask_own(state.feed, cost, now);
  }
  for (const std::string& feed : informed) {
    const auto read_at = board->poller.read_at(feed);
    const auto view = board->book.find(core::subject_of(feed));
    if (!view) continue;
    board->spending.begin(feed, board->clock.corrected(now));
    if (!read_at || *read_at < board->started_at) continue;
    board->spending.read(feed, board->clock.corrected(*read_at), view->window);
  }
}

void account_for_probe(Board::Locked& board, const polling::AskProbe& ask, const polling::ProbesView& before,
                       core::Timestamp now) {
  const polling::ProbesView after = board->poller.probes(now);
  Spent cost;
  cost.requests = after.requests - before.requests;
  cost.failures = after.failures - before.failures;
  cost.points_spent = after.points - before.points;
  cost.told = after.told - before.told;
  board->spending.ask_probe(cost, ask.feeds, now);
}

void account_for_list(Board::Locked& board, const core::PollCounters& before, const core::PollCounters& after,
                      core::Timestamp now) {
  board->spending.ask_shared(std::string(kOwnerLists), difference(after, before), {}, {}, now);
}

}  // namespace repopulse::monitor
