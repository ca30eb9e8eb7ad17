// The part of MemoryStore that writes as the store of several servers does: see src/store/mongo/commit.h.
#include <algorithm>
#include <utility>
#include <vector>

#include "sim/memory_store.h"

namespace repopulse::sim {

using core::ErrorKind;
using core::fail;
using core::Result;
using core::Status;
using store::Sequence;

namespace {

constexpr core::Millis kSilentServerKept = std::chrono::minutes(10);
constexpr std::int64_t kChangesKept = 20;

}  // namespace

void MemoryStore::write_in_steps(Steps steps) {
  const std::lock_guard lock(mutex_);
  steps_ = std::move(steps);
}

// Nothing where the store writes all at once.
Status MemoryStore::step(std::string_view call, int number) {
  if (!steps_) return {};
  switch (steps_->between(call, number)) {
    case StoreFault::kNone:
      return {};
    case StoreFault::kUnavailable:
      return fail(ErrorKind::kUnavailable, "simulated: the store went away in the middle of " + std::string(call));
    default:
      throw Crash{};
  }
}

// The change is made already. Others may announce theirs in between: a later revision may be written down first.
Status MemoryStore::announce(std::string_view call, const ListChange& change) {
  if (Status next = step(call, 1); !next) return next;
  const std::int64_t revision = ++revision_;
  if (!notes_changes_) return {};
  if (Status next = step(call, 2); !next) return next;
  changes_.emplace(revision, change);
  changes_.erase(changes_.begin(), changes_.upper_bound(revision - kChangesKept));
  return {};
}

// What add_repositories() has made, where it cannot be announced.
void MemoryStore::undo(const std::vector<core::RepoId>& created, const std::vector<core::RepoId>& activated) {
  ListChange undone;
  for (const core::RepoId id : created) {
    remove(id);
    undone.repositories.insert(id);
  }
  for (const core::RepoId id : activated) {
    if (const auto found = records_.find(id); found != records_.end()) found->second.repository.active = false;
    undone.repositories.insert(id);
  }
  changes_.emplace(++revision_, undone);
}

// Others act between the steps: nothing that was looked at before one holds after it.
Result<store::CommitReceipt> MemoryStore::commit_in_steps(const store::PollCommit& poll) {
  auto stored = store_events(poll);
  if (!stored) return stored;
  if (Status next = step("commit", 5); !next) return tl::unexpected(next.error());
  for (const auto& [repository, gap] : poll.gaps) {
    if (!records_.contains(repository)) return fail(ErrorKind::kNotFound, "the repository was removed");
  }
  for (const auto& [repository, until] : poll.others) {
    if (!records_.contains(repository)) return fail(ErrorKind::kNotFound, "the repository was removed");
  }
  put_gaps_and_notes(poll);
  if (Status next = step("commit", 6); !next) return tl::unexpected(next.error());
  if (Status put = put_states(poll); !put) return tl::unexpected(put.error());
  return stored;
}

Result<store::CommitReceipt> MemoryStore::store_events(const store::PollCommit& poll) {
  store::CommitReceipt receipt;
  std::size_t fresh = 0;
  for (const store::RepositoryEvents& batch : poll.events) {
    receipt.inserted.emplace_back(batch.events.size());
    const Record& record = records_.at(batch.repository);
    fresh += static_cast<std::size_t>(std::ranges::count_if(
        batch.events, [&](const core::Event& event) { return !record.events.contains(order(event.key)); }));
  }
  if (fresh == 0) return receipt;
  const Sequence boundary = last_sequence_;
  if (Status next = step("commit", 1); !next) return tl::unexpected(next.error());
  if (Status noted = begin_walks(poll, boundary); !noted) return tl::unexpected(noted.error());
  if (Status next = step("commit", 2); !next) return tl::unexpected(next.error());
  const int shard = poll.fence ? poll.shard : -1;
  Sequence first = take_range(fresh, shard);
  if (Status next = step("commit", 3); !next) return tl::unexpected(next.error());
  // Readers are past these numbers: an event under one of them would be skipped if this writer died before it is
  // renumbered.
  if (!open_ranges_.contains(first)) first = take_range(fresh, shard);
  const Sequence last = first + static_cast<Sequence>(fresh) - 1;
  Sequence number = first;
  for (std::size_t batch = 0; batch < poll.events.size(); ++batch) {
    const auto found = records_.find(poll.events[batch].repository);
    if (found == records_.end()) {
      open_ranges_.erase(first);
      return fail(ErrorKind::kNotFound, "the repository was removed while it was polled");
    }
    for (std::size_t i = 0; i < poll.events[batch].events.size() && number <= last; ++i) {
      const core::Event& event = poll.events[batch].events[i];
      const Order at = order(event.key);
      if (found->second.events.contains(at)) continue;
      store::StoredEvent& stored =
          found->second.events.emplace(at, store::StoredEvent{number, found->first, event}).first->second;
      stored.event.github_id = 0;
      by_sequence_.emplace(number, std::pair(found->first, at));
      receipt.inserted[batch][i] = number++;
    }
  }
  if (Status next = step("commit", 4); !next) return tl::unexpected(next.error());
  if (open_ranges_.erase(first) == 0) number_anew(first, last, shard, receipt);
  return receipt;
}

// Followers may be past these numbers: the events get new ones.
void MemoryStore::number_anew(Sequence first, Sequence last, int shard, store::CommitReceipt& receipt) {
  std::map<Sequence, Sequence> renamed;
  const std::vector<std::pair<Sequence, std::pair<core::RepoId, Order>>> passed(by_sequence_.lower_bound(first),
                                                                                by_sequence_.upper_bound(last));
  if (passed.empty()) return;
  Sequence next = take_range(passed.size(), shard);
  open_ranges_.erase(next);
  for (const auto& [number, place] : passed) {
    records_.at(place.first).events.at(place.second).sequence = next;
    renamed[number] = next;
    by_sequence_.erase(number);
    by_sequence_.emplace(next++, place);
  }
  for (auto& batch : receipt.inserted) {
    for (std::optional<Sequence>& sequence : batch) {
      if (sequence && renamed.contains(*sequence)) sequence = renamed.at(*sequence);
    }
  }
}

Status MemoryStore::check_writer(const std::string& feed, const store::PollCommit& poll) {
  const auto writer = feed_writers_.find(feed);
  if (!poll.fence || writer == feed_writers_.end()) return {};
  // Fences of different shards say nothing of each other.
  if (writer->second.shard != poll.shard || writer->second.fence <= *poll.fence) return {};
  return fail(ErrorKind::kStale, "the lease was taken over: another server polls " + feed);
}

Status MemoryStore::begin_walks(const store::PollCommit& poll, Sequence boundary) {
  for (const core::FeedState& feed : poll.feeds) {
    if (Status ours = check_writer(feed.feed, poll); !ours) return ours;
    core::FeedState& state = feeds_[feed.feed];
    state.feed = feed.feed;
    state.overlap_boundary = std::min(state.overlap_boundary.value_or(boundary), boundary);
  }
  return {};
}

Status MemoryStore::put_states(const store::PollCommit& poll) {
  for (const core::FeedState& feed : poll.feeds) {
    if (Status ours = check_writer(feed.feed, poll); !ours) return ours;
    feeds_[feed.feed] = feed;
    if (poll.fence) feed_writers_[feed.feed] = {poll.shard, *poll.fence};
  }
  return {};
}

// The first of `count` new numbers.
Sequence MemoryStore::take_range(std::size_t count, int shard) {
  const Sequence first = last_sequence_ + 1;
  last_sequence_ += static_cast<Sequence>(count);
  open_ranges_[first] = {last_sequence_, steps_->clock(), shard};
  return first;
}

// Up to it no event is missing that may still come. Writers that take too long are waited for no longer.
Sequence MemoryStore::settled() {
  if (!steps_) return last_sequence_;
  const core::Timestamp now = steps_->clock();
  std::erase_if(open_ranges_, [&](const auto& range) { return now - range.second.at >= kWriterTimeout; });
  return open_ranges_.empty() ? last_sequence_ : open_ranges_.begin()->first - 1;
}

// A new holder of the shard: from now on the earlier ones are refused, and what they left open is passed.
void MemoryStore::claim(int shard, std::int64_t fence) {
  for (auto& [feed, writer] : feed_writers_) {
    if (writer.shard == shard) writer.fence = std::max(writer.fence, fence);
  }
  std::erase_if(open_ranges_, [&](const auto& range) { return range.second.shard == shard; });
}

// The leases of servers that ended long ago.
void MemoryStore::forget_silent_servers(core::Timestamp now) {
  const core::Timestamp long_ago = std::min(now, steps_->clock()) - kSilentServerKept;
  std::erase_if(leases_,
                [&](const auto& lease) { return lease.first < 0 && lease.second.held.lease.expires_at < long_ago; });
}

}  // namespace repopulse::sim
