#include "tests/simulation/world.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "polling/policy_table.h"
#include "sim/probe_executor.h"
#include "tests/simulation/app.h"
#include "tests/simulation/checks.h"
#include "tests/simulation/probes.h"

namespace repopulse::simulation {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Millis;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'760'000'000)};
constexpr Millis kShortestAnswer = 20ms;
constexpr Millis kLongestAnswer = 3s;
constexpr Millis kBetweenActs =
    3min;                       // at the least: an operator who adds what he has just removed would ask GitHub twice
constexpr Millis kHears = 10s;  // a webhook, at most so late
constexpr std::string_view kToken = "a-token-of-the-simulation";

std::string name_of(int i) {
  return "Org" + std::to_string(i % 2) + "/repo-" + std::to_string(i);
}

sim::SimulatorSettings simulator_settings(const WorldSettings& settings) {
  sim::SimulatorSettings out;
  out.seed = settings.seed;
  out.feed_depth = settings.feed_depth;
  out.quirks = settings.quirks;
  out.fault_rate = settings.github_faults;
  return out;
}

}  // namespace

World::World(const WorldSettings& settings)
    : settings_(settings),
      random_(settings.seed * 7919),
      start_(kStart),
      now_(kStart),
      github_(simulator_settings(settings)),
      watcher_(github_, settings.watcher, settings.seed, start_),
      webhooks_(github_, settings.webhooks, settings.seed, start_) {
  github_.set_now(start_);
  const EventTime from = core::to_event_time(start_ - 72h);
  const EventTime until = core::to_event_time(start_ + std::chrono::days(settings.days) + 48h);
  for (int i = 0; i < settings.repositories; ++i) {
    constexpr double kMagnitudes = 3;
    const double rate = settings.busiest_per_hour * std::pow(10, -kMagnitudes * random_.unit());
    const sim::Rhythm rhythm{rate, 0.7 * random_.unit(), random_.unit()};
    github_.add_repository(name_of(i));
    watcher_.meet(name_of(i));
    github_.add_events(name_of(i), sim::synthetic_activity(rhythm, from, until, random_.bits()));
    watched_[name_of(i)] = {};
  }
  if (settings.flood_per_hour > 0) {
    const sim::Rhythm flood{settings.flood_per_hour, 0.5, 0.5};
    github_.add_repository("Org0/unwatched");
    watcher_.meet("Org0/unwatched");
    github_.add_events("Org0/unwatched", sim::synthetic_activity(flood, from, until, random_.bits()));
  }
  if (settings.app) github_.set_app(app_at_github(1h));
  if (settings.graphql) github_.set_executor(&sim::execute_probe);
  if (settings.hidden_organisation) github_.hide_organisation("Org1");
  store_.set_faults([this](std::string_view) {
    if (checking_) return sim::StoreFault::kNone;
    if (chance(settings_.store_faults)) return sim::StoreFault::kUnavailable;
    if (!chance(settings_.crashes)) return sim::StoreFault::kNone;
    return chance(0.5) ? sim::StoreFault::kCrashBefore : sim::StoreFault::kCrashAfter;
  });
}

void World::tell_time() {
  watcher_.live_until(now_);
  github_.set_now(now_);
}

// A process starts; while the store is away it is started again.
void World::boot() {
  ++boots_;
  for (;; now_ += 5s) {
    tell_time();
    monitor::MonitorSettings settings;
    settings.github.token = settings_.with_token && !settings_.app ? kToken : "";
    if (settings_.app) settings.app = app_of_the_simulation();
    settings.max_active = 100;
    settings.retention_days = settings_.retention_days;
    settings.freshness = settings_.freshness;
    settings.seed = settings_.seed;
    settings.organisation_feeds = settings_.organisation_feeds;
    settings.change_probes = settings_.change_probes;
    if (settings_.received) settings.received_by = Watcher::kLogin;
    monitor_ = std::make_unique<monitor::Monitor>(
        store_, *polling::make_policy(settings_.policy, {settings_.freshness, settings.window}), settings);
    try {
      if (!monitor_->start(now_)) continue;
    } catch (const sim::Crash&) {
      continue;
    }
    break;
  }
  monitor::Subscriber subscriber;
  subscriber.on_event = [this](const store::StoredEvent&, const core::RepoName& name) {
    ++stored_;
    changed_.insert(name.full_name());
  };
  subscriber.on_poll = [this](const monitor::PollReport& report) {
    if (report.repository.empty()) return;  // a shared feed
    std::optional<Timestamp>& since = watched_[report.repository].since;
    if (!since && report.status == 200) since = report.at;
  };
  monitor_->subscribe(subscriber);
}

void World::run() {
  boot();
  for (const auto& [name, watched] : watched_) {
    const store::NewRepository repository{*core::RepoName::parse(name), true};
    for (bool added = false; !added;) {
      try {
        added = monitor_->add({&repository, 1}, now_).has_value();
      } catch (const sim::Crash&) {
        boot();
      }
    }
  }
  next_act_ = settings_.operator_every > 0ms ? now_ + kBetweenActs : Timestamp::max();
  if (settings_.lies_every > 0ms) next_lie_ = now_ + settings_.lies_every;
  if (settings_.app_trouble_every > 0ms) next_app_trouble_ = now_ + settings_.app_trouble_every;
  if (settings_.stalled > 0) {
    live_until(start_ + kStallsFrom);
    stall(true);
  }
  live_until(start_ + std::chrono::days(settings_.days));
  calm_down();
  check_all_windows();
  check_nothing_lost();
  if (settings_.app) check_tokens();
  for (const std::string& breach : github_.log().breaches()) complain("breach: " + breach);
}

void World::live_until(Timestamp end) {
  while (now_ < end && complaints_.size() < 10) {
    try {
      if (now_ >= next_act_) act();
      if (now_ >= next_lie_) {
        make_mischief(github_, random_);
        next_lie_ = after_about(settings_.lies_every);
      }
      if (now_ >= next_app_trouble_) {
        ++app_troubles_;
        trouble_app(github_, random_);
        next_app_trouble_ = after_about(settings_.app_trouble_every);
      }
      step(end);
    } catch (const sim::Crash&) {
      ++crashes_;
      now_ += 2s;
      tell_time();
      github_.log().forget_told();  // what died with the process may have been a limit
      boot();
    }
    checking_ = true;
    for (const std::string& name : std::exchange(changed_, {})) check_window(name);
    if (const auto wrong = compare_shares(*monitor_->snapshot()->spending)) complain(*wrong);
    checking_ = false;
  }
}

Timestamp World::after_about(Millis mean) {
  return now_ + 1s + Millis(static_cast<std::int64_t>(random_.exponential(static_cast<double>(mean.count()))));
}

void World::hear_webhooks() {
  for (const Webhooks::Delivery& delivery : webhooks_.take(now_))
    (void)monitor_->hint(delivery.full_name, delivery.repository, {.kind = delivery.kind}, now_);
}

void World::step(Timestamp end) {
  hear_webhooks();
  const monitor::Action action = monitor_->next(now_);
  if (const auto* wait = std::get_if<monitor::CallAgain>(&action)) {
    const Timestamp hears = webhooks_.exist() ? now_ + kHears : Timestamp::max();
    const Timestamp until = std::min({wait->at, next_act_, next_lie_, next_app_trouble_, hears, end});
    now_ = std::max(now_ + 1ms, until);
    tell_time();
    return;
  }
  tell_time();
  const auto& request = std::get<github::HttpRequest>(action);
  check_probe(request);
  const github::HttpResult result = github_.send(request);
  now_ +=
      kShortestAnswer + Millis(random_.below(static_cast<std::uint64_t>((kLongestAnswer - kShortestAnswer).count())));
  if (settings_.stalled > 0 && github_.last_fault() == sim::Fault::kTimeout) {
    now_ += request.time_limit;
    stalls_.emplace_back(now_, request.time_limit);
  }
  tell_time();
  monitor_->absorb(result, now_);
}

std::string World::pick() {
  auto at = watched_.begin();
  std::advance(at, random_.below(watched_.size()));
  return at->first;
}

// Something that an operator, or the owner of a repository, does.
void World::act() {
  next_act_ =
      now_ + kBetweenActs +
      Millis(static_cast<std::int64_t>(random_.exponential(static_cast<double>(settings_.operator_every.count()))));
  const std::string name = pick();
  const auto view = monitor_->snapshot()->find(name);
  (void)monitor_->hint(name, 0, {}, now_);  // a webhook, true or not
  switch (random_.below(6)) {
    case 0:
      if (!monitor_->snapshot()->store_ok) github_.log().forget_told();  // an answer that waits for the store is lost
      boot();
      break;
    case 1:
      if (view) (void)monitor_->set_active(name, !view->repository.active, now_);
      break;
    case 2:
      if (view) {
        github_.log().forget_told();  // with the repository, its floor is forgotten
        watched_[name].since.reset();
        (void)monitor_->remove(name, now_);
      } else {
        const store::NewRepository repository{*core::RepoName::parse(name), true};
        (void)monitor_->add({&repository, 1}, now_);
      }
      break;
    case 3:
      github_.block_repository(name, chance(0.5) ? 451 : 0);
      break;
    case 4:
      github_.set_remaining(static_cast<std::int64_t>(random_.below(20)));
      break;
    default:
      std::ignore = store_.ping();
      break;
  }
}

// No more trouble; every repository is asked until GitHub has nothing left that repopulse could not have seen.
void World::calm_down() {
  store_.set_faults({});
  github_.set_faults(0);
  stall(false);
  next_act_ = next_lie_ = next_app_trouble_ = Timestamp::max();
  end_lies(github_);
  if (settings_.app) end_trouble_of_app(github_);
  watcher_.calm_down();
  webhooks_.calm_down();
  for (const auto& [name, watched] : watched_) {
    github_.block_repository(name, 0);
    if (monitor_->snapshot()->find(name)) (void)monitor_->set_active(name, true, now_);
  }
  live_until(now_ + 40h);  // a repository that was blocked is asked once a day at the least
}

void World::stall(bool stalls) {
  for (int i = 0; i < settings_.stalled; ++i) github_.stall_repository(name_of(i), stalls);
}

void World::check_probe(const github::HttpRequest& request) {
  if (!is_probe(request)) return;
  const auto polled = [&](const std::string& name) {
    const auto view = monitor_->snapshot()->find(name);
    return view && view->repository.active;
  };
  if (const auto fault = find_fault(asked_about(request), polled)) complain(*fault);
}

// One an hour and a start, and one when GitHub ended them; with troubles on the way there may be no more than tries.
void World::check_tokens() {
  const auto hours = static_cast<std::uint64_t>((now_ - start_) / 55min);
  const std::uint64_t most = hours + boots_ + app_troubles_ + 2;
  const bool faults = settings_.github_faults > 0;  // tokens get lost on the way
  if (!faults && github_.app().made() > most) {
    complain(std::to_string(github_.app().made()) + " tokens were made, and " + std::to_string(most) + " would do");
  }
}

World::Shares World::shares(Millis span) const {
  const Timestamp from = start_ + kStallsFrom;
  Shares out;
  for (const sim::LoggedRequest& request : github_.log().requests()) {
    const bool within = request.at >= from && request.at < from + span;
    if (within && request.status != 0 && request.page == 1) ++out.answered;
  }
  for (const auto& [at, took] : stalls_) {
    if (at >= from && at < from + span) out.unanswered += took;
  }
  return out;
}

void World::check_window(const std::string& name) {
  const auto view = monitor_->snapshot()->find(name);
  if (!view) return;
  std::vector<TypedEvent> newest;
  (void)store_.visit_newest(view->repository.id, view->window.rule().max_events,
                            [&](const core::EventKey& key, std::string_view type, auto) {
                              newest.push_back({key, std::string(type)});
                              return true;
                            });
  for (const std::string& difference : compare_window(view->window, newest, now_)) complain(name + ": " + difference);
}

void World::check_all_windows() {
  for (const auto& [name, watched] : watched_) check_window(name);
}

void World::check_nothing_lost() {
  if (settings_.retention_days > 0) return;  // what is deleted cannot be told from what is lost
  for (const auto& [name, watched] : watched_) check_repository(name, watched);
}

// Every event that GitHub showed is stored, or lies in a recorded gap, or left the feed before repopulse first looked.
void World::check_repository(const std::string& name, const Watched& watched) {
  const auto view = monitor_->snapshot()->find(name);
  if (!view || !view->repository.active) return;
  if (view->feed.status != core::RepoStatus::kOk) {
    complain(name + ": is " + std::string(core::to_string(view->feed.status)) +
             " though all is calm: " + view->feed.status_detail);
    return;
  }
  gaps_ += view->repository.gaps.size();
  std::set<core::EventKey> stored;
  (void)store_.visit_newest(view->repository.id, 1'000'000, [&](const core::EventKey& key, auto, auto) {
    stored.insert(key);
    return true;
  });
  if (view->repository.events_stored != stored.size()) complain(name + ": events_stored is wrong");
  const Kept kept{stored, view->repository.gaps, *watched.since, *view->feed.last_polled_at - kLongestAnswer, {}};
  if (const auto missing = find_missing(github_.shown(name), kept)) complain(name + ": " + *missing);
}

void World::complain(const std::string& what) {
  complaints_.push_back(core::format_rfc3339(core::to_event_time(now_)) + " " + what);
}

std::string World::summary() const {
  return std::to_string(github_.log().requests().size()) + " requests, " +
         std::to_string(github_.log().not_modified()) + " of them 304, " + std::to_string(github_.log().probes()) +
         " probes, " + std::to_string(stored_) + " events, " + std::to_string(gaps_) + " gaps, " +
         std::to_string(boots_) + " starts, " + std::to_string(crashes_) + " crashes";
}

}  // namespace repopulse::simulation
