#include "app/service.h"

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "api/api.h"
#include "app/activity_log.h"
#include "app/alert_thread.h"
#include "app/clock.h"
#include "app/dead_leases.h"
#include "app/lease_thread.h"
#include "app/open_store.h"
#include "app/poller_thread.h"
#include "app/random_source.h"
#include "app/refresh_thread.h"
#include "app/token_file.h"
#include "app/version.h"
#include "github/curl_transport.h"
#include "http/tls.h"
#include "polling/policy_table.h"
#include "store/measured_store.h"
#include "store/mongo/mongo_store.h"

namespace repopulse::app {
namespace {

using namespace std::chrono_literals;
using core::ErrorKind;

constexpr core::Millis kRequestsGrace = 10s;
// GitHub usually answers within a second; a slow answer must not delay the end of the process.
constexpr core::Millis kPollGrace = 3s;

template <class Name>
bool contains(const std::vector<Name>& names, const Name& name) {
  return std::ranges::find(names, name) != names.end();
}

core::BotPatterns bots_of(const Settings& settings) {
  return settings.bots.empty() ? core::BotPatterns::well_known() : settings.bots;
}

monitor::MonitorSettings monitor_settings(const Settings& settings) {
  monitor::MonitorSettings out;
  out.github = {settings.github_url, settings.github_token, kUserAgent};
  out.window = settings.window;
  out.bots = bots_of(settings);
  out.max_active = settings.max_active;
  out.retention_days = settings.retention_days;
  out.freshness = settings.freshness;
  out.app = settings.github_app;
  out.change_probes = settings.probe && (out.app || !settings.github_token.empty());
  out.seed = make_seed();
  if (!store::mongo::is_uri(settings.store)) {
    out.received_by = settings.received_by;
  } else {
    out.replica = monitor::ReplicaSettings{make_holder(out.seed), settings.shards,
                                           [] { return std::chrono::steady_clock::now().time_since_epoch(); }};
  }
  out.token_fingerprint =
      fingerprint_of(out.app ? "installation " + out.app->installation_id + " of the GitHub App " + out.app->id
                             : settings.github_token);
  return out;
}

api::ApiSettings api_settings(const Settings& settings) {
  api::ApiSettings out;
  out.version = kVersion;
  out.github_url = settings.github_url;
  out.webhook_secret = settings.webhook_secret;
  out.public_view = settings.public_view;
  out.public_limit = settings.public_limit;
  out.key_limit = settings.key_limit;
  out.proxy_auth = settings.proxy_auth;
  return out;
}

// More threads than processors would only slow each other down.
int usable_processors() {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

http::ServerSettings server_settings(const Settings& settings) {
  http::ServerSettings out;
  out.host = settings.host;
  out.port = settings.port;
  out.base_path = settings.base_path;
  out.trusted_proxies = settings.trusted_proxies;
  out.tls_certificate_file = settings.tls_certificate_file;
  out.tls_key_file = settings.tls_key_file;
  out.threads = settings.threads > 0 ? settings.threads : std::clamp(usable_processors(), 1, 2);
  return out;
}

http::ServerHooks with_log(http::ServerHooks hooks, Log& log) {
  hooks.on_access = [counted = std::move(hooks.on_access), &log](const http::Access& access) {
    if (counted) counted(access);
    log_access(log, access);
  };
  hooks.on_failure = [&log](std::string_view request_id, std::string_view message) {
    log.write(LogLevel::kError, request_id.empty() ? "HTTP server error" : "request failed",
              {{"request_id", request_id}, {"error", message}});
  };
  return hooks;
}

void log_damage(Log& log, const monitor::Monitor& monitor, const store::DamagedEvent& event) {
  std::string name = "repository " + std::to_string(core::to_int(event.repository));
  for (const auto& view : monitor.snapshot()->repositories) {
    if (view->repository.id == event.repository) name = view->repository.name.full_name();
  }
  log.write(LogLevel::kError, "a stored event is damaged and is left out",
            {{"repository", name}, {"sequence", event.sequence}, {"error", event.reason}});
}

// The only key that is ever shown. It does not go through the log, which others may keep and read.
core::Status make_first_key(store::KeyStore& store, api::KeyRing& keys) {
  const api::MadeKey made = api::make_key(store::KeyRole::kAdmin, "first start", make_key_material(), clock_now());
  if (const auto added = store.add_key(made.kept); !added) return added;
  if (const auto refreshed = keys.refresh(); !refreshed) return refreshed;
  std::cerr << "admin key (shown only once): " + made.text + "\n";
  return {};
}

}  // namespace

// Declared in the order of construction; each may use those above it.
struct Service::Components {
  Components(const Settings& made_from, ServiceManager& told, Log& to, std::unique_ptr<store::Store> opened_store,
             std::unique_ptr<polling::Policy> policy)
      : settings(made_from),
        targets(made_from.targets),
        manager(told),
        log(to),
        opened(std::move(opened_store)),
        store_times([] { return std::chrono::steady_clock::now().time_since_epoch(); }),
        store(store::measured(*opened, store_times)),
        keys(*store),
        monitor(*store, std::move(policy), monitor_settings(settings)),
        api(monitor, *store, keys, api_settings(settings), clock_now) {
    api.show_latencies(store_times);
    api.show_deliveries(deliveries);
    api.send_test_alerts([this] { return send_test_alerts(); });
    opened->on_damage([this](const store::DamagedEvent& event) { log_damage(log, monitor, event); });
  }

  // Loads keys and windows from the store, and frees the leases of a server that was killed here.
  core::Status load() {
    if (!settings.api_key.empty()) keys.accept(settings.api_key, make_key_material());
    if (const auto refreshed = keys.refresh(); !refreshed) return refreshed;
    if (const auto released = release_dead_leases(*store); !released) return released;
    return monitor.start(clock_now());
  }

  core::Status bind() {
    if (!settings.tls_certificate_file.empty()) {
      try {
        const http::Certificate checked(settings.tls_certificate_file, settings.tls_key_file);
      } catch (const std::runtime_error& error) {
        return core::fail(ErrorKind::kBadInput, std::string("--tls-cert, --tls-key: ") + error.what());
      }
    }
    api.add_routes(router);
    try {
      server.emplace(server_settings(settings), router, with_log(api.hooks(), log));
    } catch (const std::runtime_error& error) {
      return core::fail(ErrorKind::kUnavailable, error.what());
    }
    return {};
  }

  // To all targets at once: one that answers slowly delays no other.
  std::vector<api::TestedTarget> send_test_alerts() {
    const std::vector<notify::Target> all = current_targets();
    std::vector<api::TestedTarget> tested(all.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < all.size(); ++i) {
      threads.emplace_back([this, i, &all, &tested] {
        const notify::Target& target = all[i];
        const core::Timestamp now = clock_now();
        const auto result = sender.send(target, notify::test_message(make_delivery_id(), now), now);
        tested[i] = {target.name, std::string(to_string(target.kind)), result.sent, result.detail};
      });
    }
    for (std::thread& thread : threads) thread.join();
    return tested;
  }

  std::vector<notify::Target> current_targets() {
    const std::lock_guard lock(targets_mutex);
    return targets;
  }

  // Those that `before` does not have: what people did to the others meanwhile stays.
  core::Status add_repositories(const Settings& wished, const Settings& before) {
    std::vector<store::NewRepository> wanted;
    std::string names;
    for (const core::RepoName& name : wished.repositories) {
      if (contains(before.repositories, name)) continue;
      wanted.push_back({name, true});
      names.append(names.empty() ? "" : " ").append(name.full_name());
    }
    std::vector<monitor::NewOwner> owners;
    const auto if_on = [](bool on) { return on ? std::optional(true) : std::nullopt; };  // off changes nothing
    const bool others_are_wished = (wished.owner_archived && !before.owner_archived) ||
                                   (wished.owner_forks && !before.owner_forks);  // of all owners
    for (const core::OwnerName& name : wished.owners) {
      if (contains(before.owners, name) && !others_are_wished) continue;
      owners.push_back({name, true, if_on(wished.owner_archived), if_on(wished.owner_forks)});
      names.append(names.empty() ? "" : " ").append(name.full_name());
    }
    if (wanted.empty() && owners.empty()) return {};
    const auto added = monitor.add(wanted, owners, clock_now());
    if (added) return {};
    const bool refused = added.error().kind == ErrorKind::kConflict || added.error().kind == ErrorKind::kBadInput;
    return core::fail(refused ? ErrorKind::kBadInput : added.error().kind,
                      "--repo (REPOPULSE_REPOS) " + names + ": " + added.error().message);
  }

  // What may fail comes first, and is taken back where what follows it fails.
  core::Status change(const Settings& wished) {
    const core::BotPatterns bots = bots_of(settings);
    const bool other_bots = bots_of(wished) != bots;
    if (other_bots) {
      if (const auto done = monitor.set_bots(bots_of(wished), clock_now()); !done) return done;
    }
    monitor.set_max_active(wished.max_active);
    if (const auto added = add_repositories(wished, settings); !added) {
      monitor.set_max_active(settings.max_active);
      if (other_bots) std::ignore = monitor.set_bots(bots, clock_now());
      return added;
    }
    if (wished.freshness != settings.freshness) monitor.set_freshness(wished.freshness, clock_now());
    alerts->set({wished.alert_rules, wished.targets});
    {
      const std::lock_guard lock(targets_mutex);
      targets = wished.targets;
    }
    settings = wished;
    return {};
  }

  Settings settings;  // changes on the thread that calls change(); other threads do not read it after start()
  std::mutex targets_mutex;
  std::vector<notify::Target> targets;
  ServiceManager& manager;
  Log& log;
  const std::unique_ptr<store::Store> opened;
  store::CallTimes store_times;
  const std::unique_ptr<store::Store> store;  // `opened`, measured
  notify::DeliveryCounts deliveries;
  notify::Sender sender{kUserAgent};
  api::KeyRing keys;
  monitor::Monitor monitor;
  api::Api api;
  http::Router router;
  std::optional<http::Server> server;
  std::uint64_t subscription = 0;
  std::optional<RefreshThread> refresh;
  std::optional<LeaseThread> leases;  // where other servers may use the same store
  std::optional<PollerThread> poller;
  std::optional<AlertThread> alerts;
};

Service::Service(std::unique_ptr<Components> components) : components_(std::move(components)) {}

Service::~Service() = default;

core::Result<std::unique_ptr<Service>> Service::make(const Settings& settings, ServiceManager& manager, Log& log) {
  auto store = open_store(settings.store, store::sqlite::Access::kOwner);
  if (!store) return tl::unexpected(store.error());
  auto policy = polling::make_policy(settings.policy, {settings.freshness, settings.window});
  if (!policy) return tl::unexpected(policy.error());
  auto components = std::make_unique<Components>(settings, manager, log, *std::move(store), *std::move(policy));
  if (const auto loaded = components->load(); !loaded) return tl::unexpected(loaded.error());
  if (const auto bound = components->bind(); !bound) return tl::unexpected(bound.error());
  if (const auto added = components->add_repositories(settings, {}); !added) return tl::unexpected(added.error());
  if (components->keys.empty()) {
    if (const auto made = make_first_key(*components->store, components->keys); !made)
      return tl::unexpected(made.error());
  }
  return std::unique_ptr<Service>(new Service(std::move(components)));
}

void Service::start() {
  Components& all = *components_;
  monitor::Subscriber log;
  log.on_poll = [&all](const monitor::PollReport& poll) { log_poll(all.log, poll); };
  log.on_probe = [&all](const monitor::ProbeReport& probe) { log_probe(all.log, probe); };
  log.on_owner = [&all](const monitor::OwnerReport& owner) { log_owner(all.log, owner); };
  log.on_token = [&all](const monitor::TokenReport& token) { log_token(all.log, token); };
  all.subscription = all.monitor.subscribe(std::move(log));
  all.server->start();
  const bool replica = store::mongo::is_uri(all.settings.store);
  if (replica && !all.settings.received_by.empty()) {
    all.log.write(LogLevel::kWarn, "the setting received-by is not used: it needs an SQLite store", {});
  }
  all.refresh.emplace(all.monitor, all.keys, replica, all.log);
  if (replica) all.leases.emplace(all.monitor);
  all.alerts.emplace(all.monitor, *all.store, all.sender, all.deliveries,
                     AlertSettings{all.settings.alert_rules, all.settings.targets}, all.log);
  github::CurlSettings curl;
  curl.user_agent = kUserAgent;
  curl.ca_file = all.settings.github_ca_file;
  SecretFiles files;
  if (!all.settings.github_token_file.empty()) {
    files.token.emplace(all.settings.github_token_file, all.settings.github_token);
  }
  if (all.settings.github_app) files.app_key.emplace(all.settings.github_app_key_file, all.settings.github_app->key);
  all.poller.emplace(all.monitor, github::make_curl_transport(curl), std::move(files), all.manager, all.log);
}

core::Status Service::change(const Settings& settings) {
  return components_->change(settings);
}

std::string Service::url() const {
  const Settings& settings = components_->settings;
  const std::string scheme = settings.tls_certificate_file.empty() ? "http://" : "https://";
  return scheme + settings.host + ":" + std::to_string(components_->server->port());
}

void Service::stop() {
  const auto begun = std::chrono::steady_clock::now();
  components_->poller->begin_stop();
  components_->alerts.reset();  // ends tests of targets too, which requests wait for
  components_->server->stop(kRequestsGrace);
  const auto used = std::chrono::duration_cast<core::Millis>(std::chrono::steady_clock::now() - begun);
  components_->poller->stop(std::max(kPollGrace - used, core::Millis(0)));
  components_->refresh->stop();
  components_->leases.reset();
  components_->monitor.unsubscribe(components_->subscription);
  if (const auto given = components_->monitor.release_leases(); !given) {
    components_->log.write(LogLevel::kWarn, "could not release the leases for polling; they expire on their own",
                           {{"error", given.error().message}});
  }
}

}  // namespace repopulse::app
