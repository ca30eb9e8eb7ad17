#include "tests/simulation/watcher.h"

#include <algorithm>
#include <vector>

namespace repopulse::simulation {

using namespace std::chrono_literals;

Watcher::Watcher(sim::GitHubSimulator& github, const WatcherSettings& settings, std::uint64_t seed,
                 core::Timestamp from)
    : github_(github), settings_(settings), random_(seed * 15'487'469) {
  draw_next(from);
}

void Watcher::draw_next(core::Timestamp now) {
  if (settings_.share <= 0 || settings_.trouble_every <= 0ms) return;
  const double after = random_.exponential(static_cast<double>(settings_.trouble_every.count()));
  next_ = now + 1s + core::Millis(static_cast<std::int64_t>(after));
}

void Watcher::meet(std::string_view full_name) {
  if (settings_.share > 0 && random_.chance(settings_.share)) (void)github_.watch(kLogin, full_name);
}

void Watcher::live_until(core::Timestamp now) {
  while (next_ <= now) {
    github_.set_now(std::max(next_, github_.now()));
    change();
    draw_next(next_);
  }
}

void Watcher::change() {
  const std::vector<std::string> all = github_.repositories();
  const std::string& one = all[random_.below(all.size())];
  switch (random_.below(5)) {
    case 0:
      (void)github_.watch(kLogin, one);
      return;
    case 1:
      (void)github_.unwatch(kLogin, one);
      return;
    case 2:
      (void)github_.spoil_account(kLogin, sim::AccountFault::kNone);
      return;
    default:
      (void)github_.spoil_account(kLogin, sim::kAllAccountFaults[random_.below(sim::kAllAccountFaults.size())]);
      return;
  }
}

void Watcher::calm_down() {
  next_ = core::Timestamp::max();
  (void)github_.spoil_account(kLogin, sim::AccountFault::kNone);
}

}  // namespace repopulse::simulation
