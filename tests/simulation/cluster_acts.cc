// What happens to a cluster from outside: troubles of machines, operators, owners of repositories, imports.
#include <algorithm>

#include "core/feed_name.h"
#include "tests/simulation/cluster.h"
#include "tests/simulation/probes.h"

namespace repopulse::simulation {
namespace {

using namespace std::chrono_literals;
using core::Millis;

constexpr double kFastestDrift = 1e-4;  // of cheap hardware without a time server
constexpr Millis kShownInArchive = 1h;  // events of an hour are in its file
constexpr int kImportedHours = 4;

}  // namespace

Cluster::Server* Cluster::any_server() {
  std::vector<Server*> idle;
  for (const auto& server : servers_) {
    if (!server->busy && server->monitor && server->sleeps_until <= now_) idle.push_back(server.get());
  }
  return idle.empty() ? nullptr : idle[random_.below(idle.size())];
}

std::optional<store::Repository> Cluster::any_repository() {
  checking_ = true;
  const auto all = store_.repositories();
  checking_ = false;
  if (!all || all->empty()) return std::nullopt;
  return (*all)[random_.below(all->size())];
}

void Cluster::make_trouble() {
  Server* server = any_server();
  if (server == nullptr) return;
  switch (random_.below(settings_.clock_error > 0ms ? 4 : 3)) {
    case 0:
      return stop(*server);
    case 1:
      ++crashes_;
      return die(*server);
    case 2:
      if (settings_.longest_sleep > 0ms) {
        forget_last_answer(*server);
        server->sleeps_until =
            now_ + Millis(random_.below(static_cast<std::uint64_t>(settings_.longest_sleep.count())));
      }
      return;
    default: {
      // Most steps are small.
      const double share = random_.unit() * random_.unit() * random_.unit();
      const auto step = Millis(static_cast<std::int64_t>(share * static_cast<double>(settings_.clock_error.count())));
      server->clock_error = chance(0.2) ? 0ms : chance(0.5) ? step : -step;
      server->drift = kFastestDrift * (random_.unit() - 0.5);
      server->drifts_from = now_;
      server->woken = false;
      return;
    }
  }
}

void Cluster::operate() {
  Server* server = any_server();
  const auto repository = any_repository();
  if (server == nullptr) return;
  const std::string name = repository ? repository->name.full_name() : github_.repositories().front();
  const std::string key = repository ? repository->name.key() : core::RepoName::parse(name)->key();
  within(*server, [&] {
    monitor::Monitor& monitor = *server->monitor;
    (void)monitor.hint(name, 0, {}, clock_of(*server));  // a webhook, true or not
    switch (random_.below(4)) {
      case 0:
        (void)monitor.set_active(name, !repository || !repository->active, clock_of(*server));
        if (repository && repository->active) note_looks(repository->id, false);
        break;
      case 1: {
        forget_floor(name);
        (void)monitor.remove(name, clock_of(*server));
        if (chance(0.3)) break;
        [[fallthrough]];
      }
      default: {
        const std::vector<std::string> all = github_.repositories();
        const std::string& one = chance(0.5) ? name : all[random_.below(all.size())];
        const store::NewRepository wanted{*core::RepoName::parse(one), true};
        forget_floor(one);
        (void)monitor.add({&wanted, 1}, clock_of(*server));
        waiting_since_[wanted.name.key()] = now_;
        break;
      }
    }
  });
  waiting_since_[key] = now_;
}

void Cluster::own() {
  const auto repository = any_repository();
  if (!repository) return;
  const std::string name = repository->name.full_name();
  if (!github_.has_repository(name)) return;  // it was renamed
  if (chance(0.5)) return give_away(name);
  const std::string to = repository->name.full_name() + "-" + std::to_string(++renames_);
  github_.move_repository(name, to);
}

// The repository is deleted, and another one gets its name.
void Cluster::give_away(const std::string& name) {
  Former former{github_.shown(name), read_at(name, now_).value_or(start_)};
  for (sim::Shown& event : former.shown) event.until = event.until.value_or(now_);
  // Of two names of one repository, only the first has all its events.
  checking_ = true;
  const auto known = store_.repositories();
  checking_ = false;
  const auto names = std::ranges::count_if(*known, [&](const store::Repository& other) {
    return github_.number_of(other.name.full_name()) == github_.number_of(name);
  });
  if (names > 1) former.shown.clear();
  former_[name].push_back(std::move(former));
  github_.delete_repository(name);
  add_activity(name, now_);
}

// Loads an archive's files, as app/importer.cc does.
void Cluster::import() {
  const auto repository = any_repository();
  if (!repository) return;
  const std::string name = repository->name.full_name();
  if (!github_.has_repository(name) || former_.contains(name)) return;
  const core::EventTime hour = core::to_event_time(std::chrono::floor<std::chrono::hours>(now_));
  const auto until = hour - kShownInArchive - std::chrono::hours(random_.below(60));
  const core::Gap covered{std::chrono::time_point_cast<core::Seconds>(until) - std::chrono::hours(kImportedHours),
                          std::chrono::time_point_cast<core::Seconds>(until)};
  store::PollCommit commit;
  commit.events.push_back({repository->id, github_.recorded(name, covered.from, covered.to)});
  imported_ += commit.events.front().events.size();
  within(importer_, [&] {
    if (!store_.commit(commit)) return;
    (void)store_.close_gaps(repository->id, {&covered, 1});
  });
}

// No more trouble; every repository is asked until GitHub has nothing left that repopulse could not have seen.
void Cluster::calm_down() {
  calm_ = true;
  github_.set_faults(0);
  end_lies(github_);
  for (const auto& server : servers_) {
    server->clock_error = 0ms;
    server->drift = 0;
    server->sleeps_until = std::min(server->sleeps_until, now_);
  }
  live_until(now_ + 1min);
  Server* server = any_server();
  if (server == nullptr) return complain("no server is up in calm weather");
  checking_ = true;
  const auto repositories = store_.repositories();
  checking_ = false;
  for (const store::Repository& repository : *repositories) {
    within(*server, [&] { (void)server->monitor->set_active(repository.name.full_name(), true, clock_of(*server)); });
    if (!repository.active) waiting_since_[repository.name.key()] = now_;
  }
  idle_ = true;
  for (int hour = 0; hour < 40 && complaints_.empty(); ++hour) {
    live_until(now_ + 1h);
    check_waits();
  }
  idle_ = false;
}

}  // namespace repopulse::simulation
