#include "store/mongo/commit.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "store/gaps.h"
#include "store/limits.h"
#include "store/mongo/event_document.h"

namespace repopulse::store::mongo {

using core::ErrorKind;
using core::fail;

namespace {

constexpr std::size_t kTriesMax = 20;

}  // namespace

Result<CommitReceipt> Commit::run() {
  for (const auto step : {&Commit::check, &Commit::find_fresh, &Commit::note_others, &Commit::store_events,
                          &Commit::add_gaps, &Commit::put_poll_state}) {
    if (Status done = (this->*step)(); !done) return tl::unexpected(done.error());
  }
  return std::move(receipt_);
}

Status Commit::check() {
  if (writer_.fence) {
    if (Status held = collections_.leases.check(writer_.shard, *writer_.fence); !held) return held;
  }
  std::set<std::int64_t> named;
  Status sound;
  for (const RepositoryEvents& batch : poll_.events) {
    named.insert(core::to_int(batch.repository));
    for (const core::Event& event : batch.events) {
      if (const auto why = refusal(event)) sound = fail(ErrorKind::kBadInput, *why);
    }
  }
  for (const auto& [repository, gap] : poll_.gaps) {
    named.insert(core::to_int(repository));
    if (Status checked = check_gap(gap); !checked) sound = checked;
  }
  for (const auto& [repository, until] : poll_.others) named.insert(core::to_int(repository));
  const Status known = collections_.repositories.check_known({named.begin(), named.end()});
  return known ? sound : known;
}

Status Commit::find_fresh() {
  receipt_.inserted.clear();
  for (std::size_t batch = 0; batch < poll_.events.size(); ++batch) {
    const RepositoryEvents& wanted = poll_.events[batch];
    std::vector<core::EventKey> keys;
    for (const core::Event& event : wanted.events) keys.push_back(event.key);
    const auto known = collections_.events.find(wanted.repository, keys);
    if (!known) return tl::unexpected(known.error());
    receipt_.inserted.emplace_back(keys.size());
    std::unordered_set<core::EventKey, core::EventKeyHash> met;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (!(*known)[i] && met.insert(keys[i]).second) fresh_.push_back({batch, i, &wanted.events[i]});
    }
  }
  return {};
}

std::vector<std::int64_t> Commit::touched() const {
  std::set<std::int64_t> repositories;
  for (const Fresh& fresh : fresh_) repositories.insert(core::to_int(poll_.events[fresh.batch].repository));
  return {repositories.begin(), repositories.end()};
}

Status Commit::store_events() {
  if (fresh_.empty()) {
    // One that stores again what a killed import or migration had stored counts it, too.
    return writer_.fence || poll_.events.empty() ? Status() : finish_abandoned();
  }
  const auto before = collections_.sequences.last();
  if (!before) return tl::unexpected(before.error());
  for (const core::FeedState& feed : poll_.feeds) {
    if (Status noted = collections_.feeds.begin_walk(feed.feed, *before, writer_); !noted) return noted;
  }
  if (Status allocated = allocate(fresh_.size(), touched()); !allocated) return allocated;
  if (Status inserted = insert(std::move(fresh_)); !inserted) return inserted;
  if (Status counted = count(); !counted) return counted;
  if (Status closed = close(); !closed) return closed;
  for (const Fresh& fresh : fresh_) receipt_.inserted[fresh.batch][fresh.index] = fresh.sequence;
  return finish_abandoned();
}

Status Commit::allocate(std::size_t count, const std::vector<std::int64_t>& repositories) {
  return collections_.sequences.allocate(static_cast<std::int64_t>(count), writer_.shard, repositories)
      .map([&](Range range) { open_.push_back(std::move(range)); });
}

// Leaves in fresh_ what was inserted. An event is refused when another writer stored it just before; where it was
// deleted since, it is tried again.
Status Commit::insert(std::vector<Fresh> wanted) {
  fresh_.clear();
  for (std::size_t attempt = 0; attempt < kTriesMax && !wanted.empty(); ++attempt) {
    if (attempt > 0) {
      if (Status allocated = allocate(wanted.size(), open_.front().repositories); !allocated) return allocated;
    }
    std::vector<Bson> documents;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      wanted[i].sequence = open_.back().first + static_cast<Sequence>(i);
      auto document = event_document(*wanted[i].event, poll_.events[wanted[i].batch].repository, wanted[i].sequence);
      if (!document) return tl::unexpected(document.error());
      documents.push_back(*std::move(document));
    }
    const auto refused = collections_.events.insert(documents);
    if (!refused) return tl::unexpected(refused.error());
    auto again = keep_inserted(wanted, *refused);
    if (!again) return tl::unexpected(again.error());
    wanted = *std::move(again);
  }
  if (wanted.empty()) return {};
  return fail(ErrorKind::kUnavailable, "MongoDB: other writers store and delete the same events again and again");
}

// Adds to fresh_ what was inserted; the rest, which is to be tried again, is returned.
Result<std::vector<Commit::Fresh>> Commit::keep_inserted(const std::vector<Fresh>& wanted,
                                                         const std::vector<std::size_t>& refused) {
  std::vector<Fresh> again;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (std::ranges::find(refused, i) == refused.end()) {
      fresh_.push_back(wanted[i]);
      continue;
    }
    const auto known =
        collections_.events.find(poll_.events[wanted[i].batch].repository, std::span(&wanted[i].event->key, 1));
    if (!known) return tl::unexpected(known.error());
    if (!known->front()) again.push_back(wanted[i]);
  }
  return again;
}

Status Commit::count() {
  struct Sum {
    std::int64_t events = 0;
    std::optional<core::EventTime> newest;
  };
  std::map<RepoId, Sum> sums;
  for (const Fresh& fresh : fresh_) {
    Sum& sum = sums[poll_.events[fresh.batch].repository];
    ++sum.events;
    sum.newest = std::max(sum.newest.value_or(fresh.event->key.created_at), fresh.event->key.created_at);
  }
  for (const auto& [repository, sum] : sums) {
    const auto there = collections_.repositories.add_counts(repository, sum.events, sum.newest);
    if (!there) return tl::unexpected(there.error());
    if (*there) continue;
    // Removed while its events were inserted: delete them, too.
    if (Status gone = collections_.events.remove_all(repository); !gone) return gone;
    return fail(ErrorKind::kNotFound,
                "repository " + std::to_string(core::to_int(repository)) + " was removed while it was polled");
  }
  return {};
}

// A range that took too long counts as abandoned: readers that follow the store are past its numbers, and the events
// that they have not seen need new ones.
Status Commit::close() {
  const std::vector<std::int64_t> repositories = open_.front().repositories;
  std::vector<Range> too_late;
  while (!open_.empty()) {
    const Range range = open_.front();
    const auto in_time = collections_.sequences.close(range);
    if (!in_time) return tl::unexpected(in_time.error());
    if (!*in_time) {
      if (Status renumbered = renumber(range); !renumbered) return renumbered;
      too_late.push_back(range);
    }
    open_.erase(open_.begin());
    if (too_late.size() < kTriesMax) continue;
    return fail(ErrorKind::kUnavailable, "MongoDB: the store is too slow to give the events of one poll their numbers");
  }
  if (too_late.empty()) return {};
  if (Status read = read_numbers(); !read) return read;
  if (Status counted = collections_.repositories.recount(repositories); !counted) return counted;
  for (const Range& range : too_late) {  // nothing of it is under way any more
    if (Status done = collections_.sequences.look_after_no_more(range); !done) return done;
  }
  return {};
}

Status Commit::renumber(const Range& range) {
  const auto abandoned = collections_.sequences.reread(range);
  if (!abandoned) return tl::unexpected(abandoned.error());
  const auto in_use = collections_.sequences.in_use({&*abandoned, 1});
  if (!in_use) return tl::unexpected(in_use.error());
  const std::vector<Sequence> late = unseen(*abandoned, *in_use);
  if (late.empty()) return {};
  return give_new_numbers(collections_, *abandoned, late, writer_.shard, range.repositories).map([&](Range given) {
    open_.push_back(std::move(given));
  });
}

// Whoever looks after abandoned ranges may have changed some of them, too.
Status Commit::read_numbers() {
  for (Fresh& fresh : fresh_) {
    const auto number = collections_.events.find(poll_.events[fresh.batch].repository, {&fresh.event->key, 1});
    if (!number) return tl::unexpected(number.error());
    fresh.sequence = number->front().value_or(fresh.sequence);
  }
  return {};
}

Status Commit::finish_abandoned() {
  return mongo::finish_abandoned(collections_, std::span(&writer_.shard, 1)).map([](bool) {});
}

// Before the events: noted too early, it only costs a look at the JSON of stored events.
Status Commit::note_others() {
  for (const auto& [repository, until] : poll_.others) {
    if (Status noted = collections_.repositories.note_others(repository, until); !noted) return noted;
  }
  return {};
}

Status Commit::add_gaps() {
  std::map<RepoId, std::vector<core::Gap>> by_repository;
  for (const auto& [repository, gap] : poll_.gaps) by_repository[repository].push_back(gap);
  for (const auto& [repository, gaps] : by_repository) {
    if (Status added = collections_.repositories.add_gaps(repository, gaps); !added) return added;
  }
  return {};
}

Status Commit::put_poll_state() {
  for (const core::FeedState& feed : poll_.feeds) {
    if (Status put = collections_.feeds.put(feed, writer_); !put) return put;
  }
  for (const Note& note : poll_.notes) {
    if (Status put = collections_.notes.put(note); !put) return put;
  }
  return {};
}

}  // namespace repopulse::store::mongo
