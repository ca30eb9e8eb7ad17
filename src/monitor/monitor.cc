#include "monitor/monitor.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/text.h"
#include "core/feed_name.h"
#include "monitor/monitor_state.h"

namespace repopulse::monitor {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using core::ErrorKind;
using core::Millis;
using core::Timestamp;

constexpr Millis kStoreRest = 30s;        // before a store that failed is swept again
constexpr Millis kRetentionRest = 1h;     // between two sweeps
constexpr Millis kRetentionPause = 50ms;  // between two batches of one sweep: readers and the poller come first
constexpr std::size_t kRetentionBatch = 500;

// Events older than the retention are deleted, so no window can reach further back than it.
core::WindowRule effective_rule(const MonitorSettings& settings) {
  core::WindowRule rule = settings.window;
  if (settings.retention_days > 0) rule.days = std::min(rule.days, settings.retention_days);
  return rule;
}

void add_counters(core::PollCounters& sum, const core::PollCounters& more) {
  sum.requests += more.requests;
  sum.not_modified += more.not_modified;
  sum.failures += more.failures;
  sum.quota_spent += more.quota_spent;
}

}  // namespace

Monitor::State::State(store::Store& the_store, std::unique_ptr<polling::Policy> policy,
                      const MonitorSettings& the_settings)
    : store(the_store),
      settings(the_settings),
      rule(effective_rule(the_settings)),
      poller(std::move(policy), {.authenticated = !the_settings.github.token.empty(),
                                 .seed = the_settings.seed,
                                 .organisation_feeds = the_settings.organisation_feeds}) {
  auto nothing = std::make_shared<Snapshot>();
  nothing->organisation_feeds = organisations;
  snapshot = std::move(nothing);
  if (settings.replica) replica = std::make_unique<Replica>(store, *settings.replica);
}

// --- loading ---

core::Status Monitor::State::load_notes() {
  const auto notes = store.notes();
  if (!notes) return tl::unexpected(notes.error());
  const auto known =
      std::ranges::find(*notes, kTokenNote, [](const auto& note) { return std::string_view(note.first); });
  const bool same_token = known == notes->end() || known->second == settings.token_fingerprint;
  if (same_token) {
    poller.restore(*notes);
  } else {
    forgotten_token = known->second;
  }
  return {};
}

core::Result<core::Window> Monitor::State::load_window(core::RepoId id) const {
  core::Window window(rule);
  const auto visit = [&](const core::EventKey& key, std::string_view type) { window.insert(key, type); };
  const auto visited = store.visit_newest(id, rule.max_events, visit);
  if (!visited) return tl::unexpected(visited.error());
  return window;
}

core::Status Monitor::State::load(Timestamp now) {
  started_at = now;
  next_sweep = now;
  if (replica) {  // before anything is read: what is stored from here on is followed
    const auto settled = store.settled_sequence();
    if (!settled) return tl::unexpected(settled.error());
    replica->cursor = *settled;
  }
  if (const auto notes = load_notes(); !notes) return notes;
  const auto repositories = store.repositories();
  if (!repositories) return tl::unexpected(repositories.error());
  const auto feeds = store.feeds();
  if (!feeds) return tl::unexpected(feeds.error());
  const auto last = store.last_sequence();
  if (!last) return tl::unexpected(last.error());
  last_sequence = *last;

  std::map<std::string_view, const core::FeedState*> by_name;
  for (const core::FeedState& feed : *feeds) by_name[feed.feed] = &feed;
  remember_organisations(*feeds);
  for (const store::Repository& repository : *repositories) {
    auto window = load_window(repository.id);
    if (!window) return tl::unexpected(window.error());
    RepositoryView view{repository, {}, std::move(*window), 0, 1, {}};
    const std::string feed = core::repository_feed(repository.name);
    if (const auto known = by_name.find(feed); known != by_name.end()) view.feed = *known->second;
    view.feed.feed = feed;
    if (!forgotten_token.empty()) view.feed.validators.clear();  // they belong to the token that gave them
    if (view.repository.active && polls(feed)) watch(view, now);
    book.put(std::move(view));
  }
  for (const auto& view : RepositoryList(book.all())) show_feed(view->feed.feed, false, now);
  ready = true;
  publish(now);
  return {};
}

void Monitor::State::remember_organisations(std::span<const core::FeedState> feeds) {
  for (const core::FeedState& feed : feeds) {
    if (!core::is_organisation_feed(feed.feed)) continue;
    core::FeedState organisation = feed;
    if (!forgotten_token.empty()) organisation.validators.clear();
    poller.remember(std::move(organisation));
  }
}

// From now on the repository's feed is asked no more, and of an answer at hand nothing is stored for it.
void Monitor::State::unwatch(const RepositoryView& view, Timestamp now) {
  poller.remove(view.feed.feed, now);
  if (!round) return;
  store::PollCommit& commit = round->commit;
  const core::RepoId id = view.repository.id;
  std::erase_if(commit.events, [&](const auto& batch) { return batch.repository == id; });
  std::erase_if(commit.gaps, [&](const auto& gap) { return gap.first == id; });
  std::erase_if(commit.feeds, [&](const auto& feed) { return feed.feed == view.feed.feed; });
}

// Puts the repository's feed under the poller's watch. Its history is read and learned later: thousands would hold up
// everything else for minutes.
void Monitor::State::watch(const RepositoryView& view, Timestamp now) {
  const std::vector<core::EventTime> recent = view.window.arrivals(now);
  if (poller.policy().history_span() > 0ms && view.feed.policy_state.empty()) {
    poller.announce(view.feed, recent, now);
  } else {
    poller.add(view.feed, recent, now);
  }
}

// --- the rest ---

core::Status Monitor::State::check_limit(std::span<const store::NewRepository> repositories) const {
  std::vector<std::string_view> coming;
  for (const store::NewRepository& repository : repositories) {
    const auto known = book.find(repository.name.key());
    const bool counted =
        (known && known->repository.active) || std::ranges::find(coming, repository.name.key()) != coming.end();
    if (repository.active && !counted) coming.emplace_back(repository.name.key());
  }
  if (book.totals().active + coming.size() <= settings.max_active || coming.empty()) return {};
  return core::fail(ErrorKind::kConflict, "at most " + std::to_string(settings.max_active) +
                                              " repositories may be active at once (--max-active); " +
                                              std::to_string(book.totals().active) + " are now");
}

// A repository that has just been added: nothing is known of it yet.
void Monitor::State::enter(const store::Repository& repository, Timestamp now) {
  RepositoryView view{repository, {}, core::Window(rule), 0, 1, {}};
  view.feed.feed = core::repository_feed(repository.name);
  if (repository.active && polls(view.feed.feed)) {
    poller.add(view.feed, {}, now);
    view.feed = *poller.state(view.feed.feed);
  }
  book.put(std::move(view));
}

core::Status Monitor::State::activate(const RepositoryView& view, Timestamp now) {
  if (view.repository.active) return {};
  if (const auto set = store.set_active(view.repository.id, true); !set) return set;
  awaken(view, now);
  return {};
}

// The store has it active.
void Monitor::State::awaken(const RepositoryView& view, Timestamp now) {
  const bool ours = polls(view.feed.feed);  // else the server that polls it will see it
  if (ours) {
    watch(view, now);
    poller.poll_soon(view.feed.feed, now);
  }
  book.change(view.repository.name.key(), [&](RepositoryView& changed) {
    changed.repository.active = true;
    if (ours) changed.feed = *poller.state(view.feed.feed);
  });
}

core::Result<std::vector<store::AddedRepository>> Monitor::State::add(
    std::span<const store::NewRepository> repositories, Timestamp now) {
  if (const auto allowed = check_limit(repositories); !allowed) return tl::unexpected(allowed.error());
  auto added = store.add_repositories(repositories, now);
  if (!added) return added;
  for (std::size_t i = 0; i < added->size(); ++i) {
    store::Repository& repository = (*added)[i].repository;
    const std::string_view key = repositories[i].name.key();
    if (!book.find(key) && (*added)[i].created) enter(repository, now);
    // Another server added it: keep_up() brings what cannot be read now.
    if (!book.find(key)) (void)reconcile(repository, nullptr, book.version(), now);
    const auto view = book.find(key);
    if (!view) continue;
    if (repositories[i].active && !view->repository.active) awaken(*view, now);
    repository = book.find(key)->repository;
  }
  publish(now);
  return added;
}

std::optional<core::EventTime> Monitor::State::kept_since(Timestamp now) const {
  if (settings.retention_days <= 0) return std::nullopt;
  return core::to_event_time(now - std::chrono::days(settings.retention_days));
}

void Monitor::State::sweep(Timestamp now) {
  const auto before = kept_since(now);
  if (!before || now < next_sweep || round) return;
  if (replica && !replica->polled.contains(0)) return;  // one server is enough
  const auto deleted = store.delete_events_before(*before, kRetentionBatch);
  if (!deleted) {
    store_trouble = deleted.error().message;
    next_sweep = now + kStoreRest;
    return;
  }
  if (*deleted == kRetentionBatch) {
    next_sweep = now + kRetentionPause;
    return;
  }
  next_sweep = now + kRetentionRest;
  const auto repositories = store.repositories();
  if (!repositories) return;  // the counts are refreshed with the next sweep
  for (const store::Repository& stored : *repositories) {
    const auto view = book.find(stored.name.key());
    if (!view || view->repository.events_stored == stored.events_stored) continue;
    book.change(stored.name.key(), [&](RepositoryView& changed) {
      changed.repository.events_stored = stored.events_stored;
      changed.repository.last_event_at = stored.last_event_at;
      ++changed.events_version;
    });
  }
  publish(now);
}

PollerView Monitor::State::poller_view(Timestamp now) const {
  PollerView view;
  view.policy = std::string(poller.policy().name());
  view.freshness = settings.freshness;
  view.budget = poller.budget().view(now);
  view.started_at = started_at;
  view.staleness_count = staleness.count();
  view.staleness_mean_seconds = staleness.mean_seconds();
  view.staleness_p95_seconds = staleness.p95_seconds();
  const RepositoryBook::Totals& totals = book.totals();
  view.counters = totals.counters;
  for (const core::FeedState& feed : *organisations) add_counters(view.counters, feed.counters);
  if (!store_trouble.empty()) {
    view.condition = PollerCondition::kStoreAway;
    view.detail = store_trouble;
  } else if (replica && replica->polled.empty()) {
    view.condition = PollerCondition::kFollowing;
    view.detail = "another server on the same store polls";
  } else if (view.budget.bad_token) {
    view.condition = PollerCondition::kBadToken;
    view.detail = view.budget.reason.empty() ? "GitHub refused the token (401)" : view.budget.reason;
  } else if (view.budget.blocked_until) {
    view.condition = PollerCondition::kRateLimited;
    view.detail = view.budget.reason;
  } else if (totals.active > 0 && totals.failing == totals.active) {
    view.condition = PollerCondition::kBackingOff;
    view.detail = "no repository's last request succeeded";
  }
  return view;
}

void Monitor::State::publish(Timestamp now) {
  if (poller.organisations_version() != organisations_version) {
    organisations = std::make_shared<const std::vector<core::FeedState>>(poller.organisations());
    organisations_version = poller.organisations_version();
  }
  auto made = std::make_shared<Snapshot>();
  made->version = ++version;
  made->ready = ready;
  made->store_ok = store_trouble.empty();
  made->repositories = book.all();
  made->organisation_feeds = organisations;
  made->poller = poller_view(now);
  const std::lock_guard lock(snapshot_mutex);
  snapshot = std::move(made);
}

std::shared_ptr<const Snapshot> Monitor::State::current() const {
  const std::lock_guard lock(snapshot_mutex);
  return snapshot;
}

void Monitor::State::tell(const News& news) const {
  const std::lock_guard lock(subscribers_mutex);
  for (const auto& [id, subscriber] : subscribers) {
    if (subscriber.on_event) {
      for (const auto& [event, name] : news.events) subscriber.on_event(event, name);
    }
    if (subscriber.on_statistics) {
      for (const auto& view : news.statistics) subscriber.on_statistics(view);
    }
    if (subscriber.on_poll) {
      for (const PollReport& poll : news.polls) subscriber.on_poll(poll);
    }
  }
}

void Monitor::State::wake() const {
  std::function<void()> call;
  {
    const std::lock_guard lock(subscribers_mutex);
    call = waker;
  }
  if (call) call();
}

void Monitor::State::call_stored() const {
  std::function<void()> call;
  {
    const std::scoped_lock lock(mutex, subscribers_mutex);
    if (replica && !replica->folded.empty()) call = stored_waker;
  }
  if (call) call();
}

// --- the public face ---

Monitor::Monitor(store::Store& store, std::unique_ptr<polling::Policy> policy, const MonitorSettings& settings)
    : state_(std::make_unique<State>(store, std::move(policy), settings)) {}

Monitor::~Monitor() = default;

core::Status Monitor::start(Timestamp now) {
  const std::lock_guard lock(state_->mutex);
  return state_->load(now);
}

Action Monitor::next(Timestamp now) {
  News news;
  const auto action = [&] {
    const std::lock_guard lock(state_->mutex);
    state_->sweep(now);
    if (state_->round && now >= state_->round->retry_at) {
      state_->settle(now, news);
      state_->publish(now);
    }
    return state_->decide(now);
  }();
  state_->tell(news);
  state_->call_stored();
  return action;
}

void Monitor::absorb(const github::HttpResult& result, Timestamp now) {
  Answer answer = github::interpret(state_->settings.github, result, now);
  News news;
  {
    const std::lock_guard lock(state_->mutex);
    assert(!state_->round);
    state_->round.emplace();
    state_->round->answer = std::move(answer);
    state_->round->took = now - state_->asked_at;
    state_->settle(now, news);
    state_->publish(now);
  }
  state_->tell(news);
  state_->call_stored();
}

core::Result<std::vector<store::AddedRepository>> Monitor::add(std::span<const store::NewRepository> repositories,
                                                               Timestamp now) {
  core::Result<std::vector<store::AddedRepository>> added;
  {
    const std::lock_guard lock(state_->mutex);
    added = state_->add(repositories, now);
  }
  if (added) state_->wake();
  return added;
}

core::Result<std::shared_ptr<const RepositoryView>> Monitor::set_active(std::string_view full_name, bool active,
                                                                        Timestamp now) {
  const std::string key = base::to_lower(full_name);
  std::shared_ptr<const RepositoryView> view;
  {
    const std::lock_guard lock(state_->mutex);
    view = state_->book.find(key);
    if (!view) return core::fail(ErrorKind::kNotFound, "unknown repository: " + std::string(full_name));
    if (active) {
      const store::NewRepository wanted{view->repository.name, true};
      if (const auto allowed = state_->check_limit({&wanted, 1}); !allowed) return tl::unexpected(allowed.error());
      if (const auto activated = state_->activate(*view, now); !activated) return tl::unexpected(activated.error());
    } else if (view->repository.active) {
      if (const auto set = state_->store.set_active(view->repository.id, false); !set)
        return tl::unexpected(set.error());
      state_->show_feed(view->feed.feed, false, now);
      state_->unwatch(*view, now);
      state_->book.change(key, [](RepositoryView& changed) {
        changed.repository.active = false;
        changed.feed.next_poll_at.reset();
        changed.forecast.clear();
      });
    }
    view = state_->book.find(key);
    state_->publish(now);
  }
  state_->wake();
  return view;
}

core::Status Monitor::remove(std::string_view full_name, Timestamp now) {
  const std::string key = base::to_lower(full_name);
  {
    const std::lock_guard lock(state_->mutex);
    const auto view = state_->book.find(key);
    if (!view) return core::fail(ErrorKind::kNotFound, "unknown repository: " + std::string(full_name));
    if (const auto removed = state_->store.remove_repository(view->repository.id); !removed) return removed;
    state_->unwatch(*view, now);
    state_->book.erase(key);
    if (state_->replica) ++state_->replica->erased;
    state_->publish(now);
  }
  state_->wake();
  return {};
}

void Monitor::renew_token(std::string token, std::string fingerprint, Timestamp now) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->settings.github.token = std::move(token);
    state_->settings.token_fingerprint = std::move(fingerprint);
    state_->poller.renew_token();
    state_->publish(now);
  }
  state_->wake();
}

std::shared_ptr<const Snapshot> Monitor::snapshot() const {
  return state_->current();
}

void Monitor::on_wake(std::function<void()> wake) {
  const std::lock_guard lock(state_->subscribers_mutex);
  state_->waker = std::move(wake);
}

void Monitor::on_stored(std::function<void()> stored) {
  const std::lock_guard lock(state_->subscribers_mutex);
  state_->stored_waker = std::move(stored);
}

std::uint64_t Monitor::subscribe(Subscriber subscriber) {
  const std::lock_guard lock(state_->subscribers_mutex);
  state_->subscribers.emplace(++state_->last_subscription, std::move(subscriber));
  return state_->last_subscription;
}

void Monitor::unsubscribe(std::uint64_t subscription) {
  const std::lock_guard lock(state_->subscribers_mutex);
  state_->subscribers.erase(subscription);
}

}  // namespace repopulse::monitor
