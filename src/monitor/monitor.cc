#include "monitor/monitor.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "monitor/board.h"
#include "monitor/changes.h"
#include "monitor/follower.h"
#include "monitor/loader.h"
#include "monitor/owner_follower.h"
#include "monitor/retention.h"
#include "monitor/round.h"
#include "monitor/second_names.h"
#include "monitor/shard_leases.h"
#include "monitor/signal.h"
#include "monitor/store_health.h"
#include "monitor/subscribers.h"
#include "monitor/tuning.h"

namespace repopulse::monitor {
namespace {

// Events older than the retention are deleted, so no window can reach further back than it.
core::WindowRule window_rule(const MonitorSettings& settings) {
  core::WindowRule rule = settings.window;
  if (settings.retention_days > 0) rule.days = std::min(rule.days, settings.retention_days);
  return rule;
}

polling::PollerSettings poller_settings(const MonitorSettings& settings) {
  return {.authenticated = !settings.github.token.empty() || settings.app.has_value(),
          .seed = settings.seed,
          .organisation_feeds = settings.organisation_feeds,
          .change_probes = settings.change_probes,
          .received_feed = settings.received_by.empty() ? "" : core::received_feed(settings.received_by),
          .late_within = polling::late_within(settings.freshness)};
}

std::unique_ptr<ShardLeases> make_leases(store::Store& store, const MonitorSettings& settings) {
  if (!settings.replica) return nullptr;
  return std::make_unique<ShardLeases>(store, settings.replica->holder, settings.replica->shards,
                                       settings.replica->clock);
}

std::optional<AppToken> make_app_token(const MonitorSettings& settings) {
  if (!settings.app) return std::nullopt;
  return AppToken(*settings.app, settings.seed);
}

}  // namespace

// Each uses only those before it.
struct Monitor::Parts {
  Parts(store::Store& used, std::unique_ptr<polling::Policy> policy, const MonitorSettings& settings)
      : store(used),
        board(std::move(policy), poller_settings(settings),
              settings.replica ? PolledShards(settings.replica->shards) : PolledShards(),
              Token{settings.github.token, settings.token_fingerprint}, settings.freshness, make_app_token(settings),
              window_rule(settings)),
        loader(store, window_rule(settings)),
        changes({board, store, loader, wake}),
        retention(board, store, settings.retention_days),
        leases(make_leases(store, settings)),
        store_health(board, store),
        owners(store, loader),
        round({board, store, retention, leases.get(), owners, subscribers, stored}, settings.github) {
    {
      Board::Locked locked = board.lock();
      locked->bots = std::make_shared<const core::BotPatterns>(settings.bots);
      locked->max_active = settings.max_active;
    }
    if (leases) follower.emplace(Follower::Means{board, store, loader, *leases, subscribers, wake});
  }

  store::Store& store;
  Board board;
  Subscribers subscribers;
  Signal wake;
  Signal stored;
  Loader loader;
  Changes changes;
  Retention retention;
  std::unique_ptr<ShardLeases> leases;  // nullptr: this server is alone on its store,
  StoreHealth store_health;
  OwnerFollower owners;
  Round round;
  std::optional<Follower> follower;  // and follows no others
};

Monitor::Monitor(store::Store& store, std::unique_ptr<polling::Policy> policy, const MonitorSettings& settings)
    : parts_(std::make_unique<Parts>(store, std::move(policy), settings)) {}

Monitor::~Monitor() = default;

core::Status Monitor::start(core::Timestamp now) {
  if (parts_->follower) {
    if (const auto begun = parts_->follower->begin(); !begun) return begun;
  }
  Board::Locked board = parts_->board.lock();
  if (const auto loaded = parts_->loader.load_all(board, now); !loaded) return loaded;
  rest_second_names(board, now);
  board.publish(now);
  return {};
}

Action Monitor::next(core::Timestamp now) {
  parts_->round.look_at_clock(now);
  const core::Timestamp sweep_at = parts_->retention.run(now);
  return parts_->round.next(sweep_at, now);
}

void Monitor::absorb(const github::HttpResult& result, core::Timestamp now) {
  parts_->round.absorb(result, now);
}

core::Result<std::vector<store::AddedRepository>> Monitor::add(std::span<const store::NewRepository> repositories,
                                                               core::Timestamp now) {
  return parts_->changes.add(repositories, now);
}

core::Result<Added> Monitor::add(std::span<const store::NewRepository> repositories, std::span<const NewOwner> owners,
                                 core::Timestamp now) {
  return parts_->changes.add(repositories, owners, now);
}

core::Status Monitor::set_owner_active(std::string_view login, bool active, core::Timestamp now) {
  return parts_->changes.set_owner_active(login, active, now);
}

core::Status Monitor::remove_owner(std::string_view login, core::Timestamp now) {
  return parts_->changes.remove_owner(login, now);
}

core::Status Monitor::ask_owner_soon(std::string_view login, core::Timestamp now) {
  return parts_->changes.ask_owner_soon(login, now);
}

core::Result<std::shared_ptr<const RepositoryView>> Monitor::set_active(std::string_view full_name, bool active,
                                                                        core::Timestamp now) {
  return parts_->changes.set_active(full_name, active, now);
}

core::Status Monitor::remove(std::string_view full_name, core::Timestamp now) {
  return parts_->changes.remove(full_name, now);
}

core::Result<std::shared_ptr<const RepositoryView>> Monitor::ask_soon(std::string_view full_name, core::Timestamp now) {
  return parts_->changes.ask_soon(full_name, now);
}

core::Result<bool> Monitor::hint(std::string_view full_name, std::uint64_t github_id, const core::Hint& hint,
                                 core::Timestamp now) {
  return parts_->changes.hint(full_name, github_id, hint, now);
}

void Monitor::renew_token(std::string token, std::string fingerprint, core::Timestamp now) {
  parts_->changes.renew_token(std::move(token), std::move(fingerprint), now);
}

void Monitor::renew_app_key(github::AppKey key, core::Timestamp now) {
  parts_->changes.renew_app_key(std::move(key), now);
}

core::Status Monitor::set_bots(core::BotPatterns bots, core::Timestamp now) {
  Board::Locked board = parts_->board.lock();
  return monitor::set_bots(board, parts_->store, std::move(bots), now);
}

void Monitor::set_freshness(core::Millis freshness, core::Timestamp now) {
  {
    Board::Locked board = parts_->board.lock();
    monitor::set_freshness(board, freshness, now);
  }
  parts_->wake.raise();
}

void Monitor::set_max_active(std::size_t repositories) {
  parts_->board.lock()->max_active = repositories;
}

std::shared_ptr<const Snapshot> Monitor::snapshot() const {
  return parts_->board.snapshot();
}

std::uint64_t Monitor::subscribe(Subscriber subscriber) {
  return parts_->subscribers.add(std::move(subscriber));
}

void Monitor::unsubscribe(std::uint64_t subscription) {
  parts_->subscribers.remove(subscription);
}

void Monitor::on_wake(std::function<void()> wake) {
  parts_->wake.set(std::move(wake));
}

void Monitor::on_stored(std::function<void()> stored) {
  parts_->stored.set(std::move(stored));
}

core::Status Monitor::keep_up(core::Timestamp now) {
  return parts_->follower ? parts_->follower->follow(now) : core::Status();
}

core::Status Monitor::renew_leases(core::Timestamp now) {
  return parts_->leases ? parts_->leases->renew(now) : core::Status();
}

core::Status Monitor::check_store(core::Timestamp now) {
  return parts_->store_health.check(now);
}

core::Status Monitor::release_leases() {
  return parts_->leases ? parts_->leases->release_all() : core::Status();
}

}  // namespace repopulse::monitor
