#include "monitor/follower.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/clock.h"
#include "core/feed_name.h"
#include "monitor/fold.h"
#include "monitor/identity.h"
#include "monitor/owner_changes.h"
#include "monitor/polled_feeds.h"
#include "monitor/second_names.h"

namespace repopulse::monitor {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr std::size_t kReadAtOnce = 500;  // events of one read
// How often all repositories are read, in case that a server died between a change and its announcement, and for counts
// and gaps; and how often the poll state that other servers write is. With many repositories less often.
constexpr Millis kRefresh = 30s;
constexpr Millis kRefreshEach = 3ms;  // for each repository
constexpr Millis kFeedsRefresh = 5s;
constexpr Millis kFeedsRefreshEach = 10ms;
constexpr Millis kLongestRefresh = 15min;
constexpr Millis kFinish = 5s;     // between two looks at what killed writers left
constexpr Millis kHintKept = 60s;  // of a repository that nobody knows

}  // namespace

core::Status Follower::begin() {
  const auto settled = means_.store.settled_sequence();
  if (!settled) return tl::unexpected(settled.error());
  cursor_ = *settled;
  return {};
}

core::Status Follower::follow(Timestamp now) {
  core::Status followed = follow_leases(now);
  if (followed) followed = look_at_clock(now);
  if (followed) followed = finish_abandoned(now);
  if (followed) followed = follow_repositories(now);
  if (followed) followed = follow_events(now);
  if (followed) followed = follow_hints(now);
  Board::Locked board = means_.board.lock();
  const std::string trouble = followed ? std::string() : followed.error().message;
  if (trouble != board->follow_trouble) {
    board->follow_trouble = trouble;
    board.publish(now);
  }
  return followed;
}

// This server may never ask GitHub, and hears of its own clock's steps here alone.
core::Status Follower::look_at_clock(Timestamp now) {
  Board::Locked board = means_.board.lock();
  return renew_windows(board, means_.store, now);
}

core::Status Follower::follow_leases(Timestamp now) {
  const core::Status renewed = means_.leases.update(now);
  const std::map<int, std::int64_t> gained = match_shards(means_.leases.held(), now);
  if (!renewed) return renewed;
  return gained.empty() ? core::Status() : take_shards(gained, now);
}

// Gives up the shards whose leases are held no more. Returns those that are held and not polled yet.
std::map<int, std::int64_t> Follower::match_shards(const std::map<int, std::int64_t>& held, Timestamp now) {
  Board::Locked board = means_.board.lock();
  std::set<int> lost;
  const std::map<int, std::int64_t> before = board->shards.fences();
  for (const auto& [shard, fence] : before) {
    const auto still = held.find(shard);
    if (still == held.end() || !board->shards.renew(shard, still->second)) lost.insert(shard);
  }
  if (!lost.empty()) give_up_shards(board, lost, now);
  std::map<int, std::int64_t> gained;
  for (const auto& [shard, fence] : held) {
    if (!board->shards.polls(shard)) gained.emplace(shard, fence);
  }
  if (!lost.empty()) board.publish(now);
  return gained;
}

// Starts polling shards as the server that polled them before has left them.
core::Status Follower::take_shards(const std::map<int, std::int64_t>& shards, Timestamp now) {
  if (const auto refreshed = refresh(true, now); !refreshed) return tl::unexpected(refreshed.error());
  {
    Board::Locked board = means_.board.lock();
    if (const auto started = start_polling_shards(board, shards, now); !started) {
      std::set<int> begun;
      for (const auto& [shard, fence] : shards) begun.insert(shard);
      give_up_shards(board, begun, now);
      return started;
    }
    rest_second_names(board, now);
    board.publish(now);
  }
  means_.wake.raise();
  return {};
}

core::Status Follower::start_polling_shards(Board::Locked& board, const std::map<int, std::int64_t>& shards,
                                            Timestamp now) {
  if (board->shards.none()) {
    if (const auto notes = means_.loader.load_notes(board); !notes) return notes;
  }
  const auto last = means_.store.last_sequence();
  if (!last) return tl::unexpected(last.error());
  const auto feeds = means_.store.feeds();  // the views show the times of organisations' feeds
  if (!feeds) return tl::unexpected(feeds.error());
  const FeedsByName by_name(*feeds);
  board->last_sequence = std::max(board->last_sequence, *last);
  board->shards.take(shards);
  const auto start_all = [&] {
    for (const auto& view : board->book.all()) {
      const std::string& feed = view->feed.feed;
      if (!view->same_as.empty()) continue;  // it rests
      if (!view->repository.active || !shards.contains(board->shards.shard_of_feed(feed))) continue;
      RepositoryView ours = *view;
      if (const core::FeedState* stored = by_name.find(feed); stored != nullptr) ours.feed = *stored;
      adapt(ours.feed, board->token);
      start_polling(board, ours, now);
    }
  };
  board->poller.add_many(start_all, now);
  show_all_feeds(board);
  return {};
}

// Counts that changed are shown at once.
core::Status Follower::finish_abandoned(Timestamp now) {
  if (!core::is_due(next_finish_, kFinish, now)) return {};
  const auto changed = means_.store.finish_abandoned();
  if (!changed) return tl::unexpected(changed.error());
  next_finish_ = now + kFinish;
  if (*changed) next_refresh_ = now;
  return {};
}

// Reads what changed, or everything where that is due or the store cannot tell.
core::Status Follower::follow_repositories(Timestamp now) {
  const auto changes = means_.store.list_changes(revision_);
  if (!changes) return tl::unexpected(changes.error());
  const bool feeds_due = core::is_due(next_feeds_, kLongestRefresh, now);
  core::Result<bool> refreshed = true;
  if (feeds_due || !changes->repositories || core::is_due(next_refresh_, kLongestRefresh, now)) {
    refreshed = refresh(feeds_due, now);
  } else {
    std::set<core::RepoId> changed = again_;
    changed.insert(changes->repositories->begin(), changes->repositories->end());
    refreshed = refresh_some({changed.begin(), changed.end()}, changes->owners, now);
  }
  if (!refreshed) return tl::unexpected(refreshed.error());
  if (*refreshed) revision_ = changes->revision;
  return {};
}

// Brings repositories, and the poll state of those that others poll, to what the store says. False: this server has
// removed one meanwhile, and what was read is not used.
core::Result<bool> Follower::refresh(bool with_feeds, Timestamp now) {
  std::uint64_t seen = 0;
  std::uint64_t erasures = 0;
  std::uint64_t owners_seen = 0;
  bool others_poll = true;
  {
    const Board::Locked board = means_.board.lock();
    seen = board->book.version();
    erasures = board->book.erasures();
    owners_seen = board->owners.version();
    others_poll = !board->shards.all();
  }
  const auto last = means_.store.last_sequence();
  if (!last) return tl::unexpected(last.error());
  const auto repositories = means_.store.repositories();
  if (!repositories) return tl::unexpected(repositories.error());
  const auto owners = means_.store.owners();
  if (!owners) return tl::unexpected(owners.error());
  std::vector<core::FeedState> feeds;
  if (with_feeds && others_poll) {
    auto read = means_.store.feeds();
    if (!read) return tl::unexpected(read.error());
    feeds = *std::move(read);
  }
  const FeedsByName by_name(feeds);
  {
    Board::Locked board = means_.board.lock();
    // One that was removed here meanwhile may be among those that were read: the next call reads again.
    if (erasures != board->book.erasures()) return false;
    remember_shared_feeds(board, feeds);
    std::optional<core::FeedState> shown;
    const auto state_of = [&](const store::Repository& stored) {
      const std::string feed = core::repository_feed(stored.name);
      const bool ours = board->poller.state(feed) != nullptr;  // then the poller knows better
      shown = !ours && by_name.informed(feed) ? by_name.shown_state(feed) : std::nullopt;
      return shown ? &*shown : by_name.find(feed);
    };
    if (const auto taken = take(board, *repositories, state_of, seen, now); !taken)
      return tl::unexpected(taken.error());
    for (const core::RepoId gone : missing_of(board, *repositories)) erase(board, gone, seen, now);
    // What was changed here meanwhile is newer, and moves the revision: the next call reads again.
    if (owners_seen == board->owners.version()) reconcile_owners(board, *owners);
    counts_ = {*last, {}};
    const auto count = static_cast<std::int64_t>(repositories->size());
    next_refresh_ = now + std::clamp<Millis>(kRefreshEach * count, kRefresh, kLongestRefresh);
    if (with_feeds) next_feeds_ = now + std::clamp<Millis>(kFeedsRefreshEach * count, kFeedsRefresh, kLongestRefresh);
    rest_second_names(board, now);
    board.publish(now);
  }
  means_.wake.raise();
  return true;
}

// The same for repositories that may have been added, changed or removed, and for owners where one may have changed.
core::Result<bool> Follower::refresh_some(const std::vector<core::RepoId>& changed, bool owners, Timestamp now) {
  if (changed.empty() && !owners) return true;
  std::uint64_t seen = 0;
  std::uint64_t erasures = 0;
  std::uint64_t owners_seen = 0;
  {
    const Board::Locked board = means_.board.lock();
    seen = board->book.version();
    erasures = board->book.erasures();
    owners_seen = board->owners.version();
  }
  const auto last = means_.store.last_sequence();
  if (!last) return tl::unexpected(last.error());
  const auto repositories = means_.store.repositories_of(changed);
  if (!repositories) return tl::unexpected(repositories.error());
  const auto all_owners = owners ? means_.store.owners() : std::vector<store::Owner>();
  if (!all_owners) return tl::unexpected(all_owners.error());
  {
    Board::Locked board = means_.board.lock();
    if (erasures != board->book.erasures()) return false;
    std::set<core::RepoId> gone(changed.begin(), changed.end());
    std::vector<store::Repository> known;
    std::vector<store::Repository> unknown;  // perhaps thousands
    for (const store::Repository& stored : *repositories) {
      gone.erase(stored.id);
      (board->book.find(stored.name.key()) ? known : unknown).push_back(stored);
    }
    const auto not_read = [](const store::Repository&) { return nullptr; };
    if (const auto taken = take(board, known, not_read, seen, now); !taken) return tl::unexpected(taken.error());
    if (const auto added = means_.loader.add_all_stored(board, unknown, now); !added) {
      return tl::unexpected(added.error());
    }
    for (const store::Repository& stored : unknown) note(stored.id, true);
    for (const store::Repository& stored : *repositories) {
      if (!again_.contains(stored.id)) counts_.of_some[stored.id] = *last;
    }
    for (const core::RepoId repository : gone) erase(board, repository, seen, now);
    if (owners && owners_seen == board->owners.version()) reconcile_owners(board, *all_owners);
    rest_second_names(board, now);
    board.publish(now);
  }
  means_.wake.raise();
  return true;
}

core::Status Follower::take(Board::Locked& board, std::span<const store::Repository> stored, const StoredFeed& feed_of,
                            std::uint64_t seen, Timestamp now) {
  return reconcile(board, means_.loader, stored, feed_of, seen, now,
                   [&](core::RepoId repository, bool done) { note(repository, done); });
}

void Follower::erase(Board::Locked& board, core::RepoId repository, std::uint64_t seen, Timestamp now) {
  note(repository, erase_removed(board, repository, seen, now));
}

void Follower::note(core::RepoId repository, bool done) {
  if (done) {
    again_.erase(repository);
  } else {
    again_.insert(repository);
  }
}

core::Status Follower::follow_events(Timestamp now) {
  while (true) {
    const auto events = means_.store.events_after(cursor_, kReadAtOnce);
    if (!events) return tl::unexpected(events.error());
    if (events->empty()) return {};
    const auto known = know_repositories_of(*events, now);
    if (!known) return tl::unexpected(known.error());
    if (!*known) return {};
    News news;
    {
      Board::Locked board = means_.board.lock();
      fold_followed(board, *events, told_, counts_, now, news);
      board.publish(now);
    }
    cursor_ = events->back().sequence;
    means_.subscribers.tell(news);
    if (events->size() < kReadAtOnce) return {};
  }
}

// Messages that other servers left for the one that polls the repository.
core::Status Follower::follow_hints(Timestamp now) {
  const auto hints = means_.store.left_hints();
  if (!hints) return tl::unexpected(hints.error());
  if (hints->empty()) return {};
  std::vector<store::LeftHint> taken;
  {
    Board::Locked board = means_.board.lock();
    for (const store::LeftHint& hint : *hints) {
      const auto view = board->book.find(hint.repository);
      const std::string feed = view ? polled_view(board, view)->feed.feed : std::string();
      const bool ours = view && board->shards.polls_feed(feed);
      const bool removed = !view && core::is_due(hint.left_at + kHintKept, kHintKept, now);
      if (ours) ask_soon(board, feed, {hint.by_person ? Asker::kPerson : Asker::kMessage, hint.hint}, now);
      if (ours || removed) taken.push_back(hint);
    }
    if (!taken.empty()) board.publish(now);
  }
  if (taken.empty()) return {};
  means_.wake.raise();
  return means_.store.take_hints(taken);
}

// An event of a repository that another server added after the list was read last must not be passed over: the
// repository is read first, once at most: what the store does not have then was removed, and its number is never given
// again. False: to be called again later.
core::Result<bool> Follower::know_repositories_of(const std::vector<store::StoredEvent>& events, Timestamp now) {
  const std::set<core::RepoId> unknown = unknown_of(events);
  if (unknown.empty()) return true;
  const auto refreshed = refresh_some({unknown.begin(), unknown.end()}, false, now);
  if (!refreshed || !*refreshed) return refreshed;
  removed_.merge(unknown_of(events));
  return true;
}

std::set<core::RepoId> Follower::unknown_of(const std::vector<store::StoredEvent>& events) {
  std::set<core::RepoId> unknown;
  const Board::Locked board = means_.board.lock();
  for (const store::StoredEvent& event : events) {
    if (!board->book.find(event.repository) && !removed_.contains(event.repository)) unknown.insert(event.repository);
  }
  return unknown;
}

}  // namespace repopulse::monitor
