// How servers on one store share the work: exactly one polls each shard, all know and serve everything.
#include <algorithm>
#include <cassert>
#include <utility>

#include "core/feed_name.h"
#include "monitor/monitor_state.h"
#include "polling/organisation.h"
#include "polling/policy.h"

namespace repopulse::monitor {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr std::size_t kBatch = 500;
constexpr Millis kRefresh = 30s;            // of repositories whose change nobody announced, after a crash in between,
constexpr Millis kRefreshEach = 3ms;        // or as much for each repository, where that is longer
constexpr Millis kFeedsRefresh = 5s;        // of what other servers' polls found,
constexpr Millis kFeedsRefreshEach = 10ms;  // or as much for each repository, where that is longer

using FeedsByName = std::map<std::string_view, const core::FeedState*>;

FeedsByName by_name(const std::vector<core::FeedState>& feeds) {
  FeedsByName out;
  for (const core::FeedState& feed : feeds) out[feed.feed] = &feed;
  return out;
}

// With the times that count for the repository, by whichever feed it is read.
std::optional<core::FeedState> stored_state(const FeedsByName& feeds, const std::string& feed) {
  const auto own = feeds.find(feed);
  if (own == feeds.end()) return std::nullopt;
  const auto organisation = feeds.find(core::organisation_feed_of(feed));
  return organisation == feeds.end() ? *own->second : polling::shown_with(*own->second, *organisation->second);
}

bool same(const store::Repository& a, const store::Repository& b) {
  return a.active == b.active && a.events_stored == b.events_stored && a.last_event_at == b.last_event_at &&
         a.gaps == b.gaps;
}

}  // namespace

bool Monitor::State::polls(std::string_view feed) const {
  return !replica || replica->polled.contains(shard_of(feed, replica->leadership.shards()));
}

bool Monitor::State::may_ask(Timestamp now) const {
  return !replica || std::ranges::all_of(replica->polled, [&](const auto& shard) {
    return replica->leadership.may_ask(shard.first, now);
  });
}

// A round may outlast a term: when this server took the next term itself, nobody has written in between.
void Monitor::State::stamp(store::PollCommit& commit) const {
  if (!replica) return;
  commit.shard = shard_of(poller.asked_feed(), replica->leadership.shards());
  commit.fence = replica->polled.at(commit.shard);
}

void Monitor::State::lose(std::string_view feed, Timestamp now) {
  if (!replica || feed.empty()) return;
  store_trouble.clear();  // the store is well: it answered as it should
  const int shard = shard_of(feed, replica->leadership.shards());
  replica->leadership.lost(shard);
  drop(shard, now);
}

// From now on another server polls the shard.
void Monitor::State::drop(int shard, Timestamp now) {
  for (const auto& view : book.all()) {
    if (shard_of(view->feed.feed, replica->leadership.shards()) == shard) unwatch(*view, now);
  }
  replica->polled.erase(shard);
}

// --- what the thread that keeps up does ---

core::Status Monitor::State::keep_up(Timestamp now) {
  const auto led = follow_leases(now);
  const auto known = led ? follow_repositories(now) : led;
  const auto told = known ? follow_events(now) : known;
  const std::lock_guard lock(mutex);
  const bool waiting = round && round->tries > 0;  // the driver's thread has its own trouble with the store
  const std::string trouble = told ? (waiting ? store_trouble : std::string()) : told.error().message;
  if (trouble != store_trouble) {
    store_trouble = trouble;
    publish(now);
  }
  return told;
}

core::Status Monitor::State::follow_leases(Timestamp now) {
  const auto ticked = replica->leadership.tick(now);
  const std::map<int, std::int64_t> held = replica->leadership.held();
  std::map<int, std::int64_t> gained;
  bool changed = false;
  {
    const std::lock_guard lock(mutex);
    const std::map<int, std::int64_t> before = replica->polled;
    for (const auto& [shard, fence] : before) {
      const auto still = held.find(shard);
      const bool ours = still != held.end() && still->second - fence <= 1;
      if (ours) {
        replica->polled[shard] = still->second;
      } else {
        drop(shard, now);
        changed = true;
      }
    }
    for (const auto& [shard, fence] : held) {
      if (!replica->polled.contains(shard)) gained.emplace(shard, fence);
    }
    if (changed) publish(now);
  }
  if (!ticked) return ticked;
  return gained.empty() ? core::Status() : gain(gained, now);
}

// Takes over the shards as their last poller left them.
core::Status Monitor::State::gain(const std::map<int, std::int64_t>& shards, Timestamp now) {
  if (const auto refreshed = refresh(true, now); !refreshed) return refreshed;
  {
    const std::lock_guard lock(mutex);
    if (const auto taken = take_over(shards, now); !taken) {
      for (const auto& [shard, fence] : shards) drop(shard, now);
      return taken;
    }
    publish(now);
  }
  wake();
  return {};
}

core::Status Monitor::State::take_over(const std::map<int, std::int64_t>& shards, Timestamp now) {
  if (replica->polled.empty()) {
    if (const auto notes = load_notes(); !notes) return notes;
  }
  const auto last = store.last_sequence();
  if (!last) return tl::unexpected(last.error());
  const auto feeds = store.feeds();  // the views show the times of organisations' feeds
  if (!feeds) return tl::unexpected(feeds.error());
  const FeedsByName named = by_name(*feeds);
  last_sequence = std::max(last_sequence, *last);
  replica->polled.insert(shards.begin(), shards.end());
  for (const auto& view : RepositoryList(book.all())) {
    const std::string& feed = view->feed.feed;
    if (!view->repository.active || !shards.contains(shard_of(feed, replica->leadership.shards()))) continue;
    RepositoryView ours = *view;
    if (const auto stored = named.find(feed); stored != named.end()) ours.feed = *stored->second;
    if (!forgotten_token.empty()) ours.feed.validators.clear();
    watch(ours, now);
  }
  for (const auto& view : RepositoryList(book.all())) show_feed(view->feed.feed, false, now);
  return {};
}

core::Status Monitor::State::follow_repositories(Timestamp now) {
  const auto revision = store.repositories_revision();
  if (!revision) return tl::unexpected(revision.error());
  const bool feeds_due = now >= replica->next_feeds;
  if (*revision == replica->revision && now < replica->next_refresh && !feeds_due) return {};
  if (const auto refreshed = refresh(feeds_due, now); !refreshed) return refreshed;
  replica->revision = *revision;
  return {};
}

// Brings repositories, and the poll state of those that others poll, to what the store says. The store is read without
// the lock: what this server changes meanwhile is newer, and stays.
core::Status Monitor::State::refresh(bool with_feeds, Timestamp now) {
  std::uint64_t seen = 0;
  std::uint64_t erased = 0;
  {
    const std::lock_guard lock(mutex);
    seen = book.version();
    erased = replica->erased;
  }
  const auto last = store.last_sequence();
  if (!last) return tl::unexpected(last.error());
  const auto repositories = store.repositories();
  if (!repositories) return tl::unexpected(repositories.error());
  std::vector<core::FeedState> feeds;
  if (with_feeds) {
    auto read = store.feeds();
    if (!read) return tl::unexpected(read.error());
    feeds = *std::move(read);
  }
  const FeedsByName named = by_name(feeds);
  {
    const std::lock_guard lock(mutex);
    if (erased != replica->erased) return {};  // one that was removed here may be among those that were read
    remember_organisations(feeds);
    for (const store::Repository& stored : *repositories) {
      const auto state = stored_state(named, core::repository_feed(stored.name));
      if (const auto done = reconcile(stored, state ? &*state : nullptr, seen, now); !done) return done;
    }
    erase_missing(*repositories, seen, now);
    replica->counted = *last;
    const auto count = static_cast<std::int64_t>(repositories->size());
    replica->next_refresh = now + std::max<Millis>(kRefresh, kRefreshEach * count);
    if (with_feeds) replica->next_feeds = now + std::max<Millis>(kFeedsRefresh, kFeedsRefreshEach * count);
    publish(now);
  }
  wake();
  return {};
}

core::Status Monitor::State::reconcile(const store::Repository& stored, const core::FeedState* feed, std::uint64_t seen,
                                       Timestamp now) {
  const std::string& key = stored.name.key();
  const std::string name = core::repository_feed(stored.name);
  const auto view = book.find(key);
  if (view && view->version > seen) return {};
  const bool ours = polls(name);
  if (!view || view->repository.id != stored.id) {
    if (view) unwatch(*view, now);
    auto window = load_window(stored.id);
    if (!window) return tl::unexpected(window.error());
    RepositoryView made{stored, feed == nullptr ? core::FeedState() : *feed, std::move(*window), 0, 1, {}};
    made.feed.feed = name;
    if (stored.active && ours) {
      watch(made, now);
      made.feed = poller.shown_state(name);
    }
    book.put(std::move(made));
    return {};
  }
  const bool newer_feed = feed != nullptr && poller.state(name) == nullptr && !(view->feed == *feed);
  if (same(view->repository, stored) && !newer_feed) return {};
  if (stored.active && !view->repository.active && ours) {
    watch(*view, now);
    poller.poll_soon(name, now);
  }
  if (!stored.active) unwatch(*view, now);
  book.change(key, [&](RepositoryView& changed) {
    if (changed.repository.events_stored != stored.events_stored) ++changed.events_version;
    changed.repository = stored;
    if (newer_feed) changed.feed = *feed;
    if (poller.state(name) != nullptr) changed.feed = poller.shown_state(name);
    if (!stored.active) changed.feed.next_poll_at.reset();
  });
  return {};
}

void Monitor::State::erase_missing(const std::vector<store::Repository>& stored, std::uint64_t seen, Timestamp now) {
  std::set<std::string_view> there;
  for (const store::Repository& repository : stored) there.insert(repository.name.key());
  for (const auto& view : RepositoryList(book.all())) {
    const std::string& key = view->repository.name.key();
    if (there.contains(key) || view->version > seen) continue;
    unwatch(*view, now);
    book.erase(key);
  }
}

core::Status Monitor::State::follow_events(Timestamp now) {
  while (true) {
    const auto events = store.events_after(replica->cursor, kBatch);
    if (!events) return tl::unexpected(events.error());
    if (events->empty()) return {};
    News news;
    {
      const std::lock_guard lock(mutex);
      fold_foreign(*events, news);
      last_sequence = std::max(last_sequence, events->back().sequence);
      publish(now);
    }
    replica->cursor = events->back().sequence;
    tell(news);
    if (events->size() < kBatch) return {};
  }
}

// Puts what others stored into the windows; what this server stored is there already and is only told.
void Monitor::State::fold_foreign(std::span<const store::StoredEvent> events, News& news) {
  std::map<core::RepoId, std::vector<const store::StoredEvent*>> foreign;
  for (const store::StoredEvent& event : events) {
    const auto view = book.find(event.repository);
    if (!view) continue;  // removed since
    news.events.emplace_back(event, view->repository.name);
    if (replica->folded.erase(event.sequence) == 0) foreign[event.repository].push_back(&event);
  }
  for (const auto& [repository, batch] : foreign) {
    news.statistics.push_back(book.change(book.find(repository)->repository.name.key(), [&](RepositoryView& changed) {
      for (const store::StoredEvent* event : batch) {
        const core::EventTime at = event->event.key.created_at;
        changed.window.insert(event->event.key, event->event.type);
        changed.repository.last_event_at = std::max(changed.repository.last_event_at.value_or(at), at);
        if (event->sequence > replica->counted) ++changed.repository.events_stored;
      }
      ++changed.events_version;
    }));
  }
}

// --- the public face ---

core::Status Monitor::keep_up(Timestamp now) {
  return state_->replica ? state_->keep_up(now) : core::Status();
}

core::Status Monitor::stand_down() {
  return state_->replica ? state_->replica->leadership.release_all() : core::Status();
}

}  // namespace repopulse::monitor
