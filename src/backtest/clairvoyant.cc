#include "backtest/clairvoyant.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>
#include <vector>

namespace repopulse::backtest {
namespace {

constexpr std::int64_t kFloor = 60'000;  // milliseconds between two polls of one feed

using Times = std::vector<std::int64_t>;  // when a feed's events become visible, milliseconds, ascending

// The cheapest way to stand at a moment right after a poll.
struct Standing {
  double cost = std::numeric_limits<double>::infinity();
  std::int64_t from = 0;   // time of the poll before it
  std::size_t before = 0;  // events collected up to that
};

struct Schedule {
  double polls = 0;
  double waiting = 0;         // seconds, summed over the events
  std::vector<double> waits;  // of each event
};

class Planner {
 public:
  Planner(const Times& events, double price_per_second) : events_(events), price_(price_per_second / 1e3) {}

  void add_to(Schedule& schedule) {
    constexpr std::int64_t kLongAgo = std::numeric_limits<std::int64_t>::min() / 4;
    extend(kLongAgo, 0, 0);
    while (!standings_.empty()) {
      const auto [at, standing] = *standings_.begin();
      standings_.erase(standings_.begin());
      settled_.emplace(at, standing);
      extend(at, standing.cost, collected(at));
    }
    trace_back(schedule);
  }

 private:
  std::size_t collected(std::int64_t at) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(events_, at) - events_.begin());
  }

  void reach(std::int64_t at, double cost, std::int64_t from, std::size_t before) {
    Standing& standing = standings_[at];
    if (cost < standing.cost) standing = {cost, from, before};
  }

  // All next polls that can pay: at an event, or, where an event comes within the floor, at its end.
  void extend(std::int64_t at, double cost, std::size_t first) {
    double waiting = 0;  // price-less, milliseconds, up to the event before
    std::size_t best_stop = events_.size();
    bool at_floor = false;
    for (std::size_t m = first; m < events_.size(); ++m) {
      const std::int64_t now = events_[m];
      if (m > first) waiting += static_cast<double>(m - first) * static_cast<double>(now - events_[m - 1]);
      if (now < at + kFloor) {
        at_floor = true;
        continue;
      }
      if (at_floor) {
        at_floor = false;
        reach_floor(at, cost, first);
      }
      if (m + 1 < events_.size() && events_[m + 1] == now) continue;  // a poll collects them all
      if (stop_pays(now, first, best_stop)) return;
      reach(now, cost + 1 + price_ * waiting, at, first);
      if (best_stop == events_.size() || gain(m, first, now + kFloor) >= gain(best_stop, first, now + kFloor)) {
        best_stop = m;
      }
    }
    if (at_floor) reach_floor(at, cost, first);
  }

  void reach_floor(std::int64_t at, double cost, std::size_t first) {
    const std::int64_t now = at + kFloor;
    double waiting = 0;
    for (std::size_t i = first; i < events_.size() && events_[i] <= now; ++i) {
      waiting += static_cast<double>(now - events_[i]);
    }
    reach(now, cost + 1 + price_ * waiting, at, first);
  }

  // What a stop at event k would save of the waiting until `now`.
  double gain(std::size_t k, std::size_t first, std::int64_t now) const {
    return static_cast<double>(k - first + 1) * static_cast<double>(now - events_[k]);
  }
  // A poll in between would save more than it costs: then so it does for every later `now`.
  bool stop_pays(std::int64_t now, std::size_t first, std::size_t stop) const {
    return stop < events_.size() && now - events_[stop] >= kFloor && price_ * gain(stop, first, now) > 1;
  }

  void trace_back(Schedule& schedule) const {
    if (events_.empty()) return;
    double cheapest = std::numeric_limits<double>::infinity();
    std::int64_t at = 0;
    for (auto last = settled_.lower_bound(events_.back()); last != settled_.end(); ++last) {
      if (last->second.cost < cheapest) {
        cheapest = last->second.cost;
        at = last->first;
      }
    }
    for (auto found = settled_.find(at); found != settled_.end(); found = settled_.find(found->second.from)) {
      schedule.polls += 1;
      for (std::size_t i = found->second.before; i < events_.size() && events_[i] <= found->first; ++i) {
        schedule.waits.push_back(static_cast<double>(found->first - events_[i]) / 1e3);
        schedule.waiting += schedule.waits.back();
      }
    }
  }

  const Times& events_;
  double price_;  // of a millisecond
  std::map<std::int64_t, Standing> standings_;
  std::map<std::int64_t, Standing> settled_;
};

Schedule plan(const std::vector<Times>& feeds, double price) {
  Schedule schedule;
  for (const Times& events : feeds) Planner(events, price).add_to(schedule);
  return schedule;
}

std::vector<Times> counted_events(std::span<const Trace> traces, const ReplaySettings& settings) {
  const SimulatedGitHub github(traces, settings.github);
  const Period period = period_of(github, settings);
  std::vector<Times> feeds(traces.size());
  for (const SimulatedEvent& event : github.events()) {
    if (event.visible_at >= period.counted_from) feeds[event.trace].push_back(core::unix_millis(event.visible_at));
  }
  for (Times& events : feeds) std::ranges::sort(events);
  return feeds;
}

struct PricedPlan {
  double price = 0;
  Schedule schedule;
};

constexpr double kLowestPrice = 1e-9, kHighestPrice = 10;  // of a second: the dearer, the less waiting

// The price at which evenly spaced events would wait that long in all: each feed is then asked every
// √(2 / (price × rate)).
double guess_price(const std::vector<Times>& feeds, double allowed) {
  double sum = 0;
  for (const Times& events : feeds) {
    if (events.empty()) continue;
    const auto seconds = static_cast<double>(events.back() - events.front()) / 1e3;
    sum += std::sqrt(static_cast<double>(events.size()) * std::max(seconds, 1.0));
  }
  return std::clamp(sum * sum / (2 * allowed * allowed), kLowestPrice, kHighestPrice);
}

// The plans of two prices between which the allowed waiting lies. A price far below costs most to try, since each poll
// then has many that may be its next: the search goes there only from above, step by step.
std::pair<PricedPlan, PricedPlan> bracket(const std::vector<Times>& feeds, double allowed) {
  constexpr double kStep = 4;
  const auto planned = [&feeds](double price) { return PricedPlan{price, plan(feeds, price)}; };
  PricedPlan waits_less = planned(guess_price(feeds, allowed));
  PricedPlan waits_more = waits_less;
  while (waits_less.schedule.waiting >= allowed && waits_less.price < kHighestPrice) {
    waits_more = std::move(waits_less);
    waits_less = planned(std::min(waits_more.price * kStep, kHighestPrice));
  }
  while (waits_more.schedule.waiting <= allowed && waits_more.price > kLowestPrice) {
    waits_less = std::move(waits_more);
    waits_more = planned(std::max(waits_less.price / kStep, kLowestPrice));
  }
  return {std::move(waits_more), std::move(waits_less)};
}

// The two neighbours on the hull of what is possible: one waits at least as long as allowed, one at most.
std::pair<Schedule, Schedule> plans_around(const std::vector<Times>& feeds, double allowed) {
  auto [waits_more, waits_less] = bracket(feeds, allowed);
  constexpr int kHalvings = 36;
  for (int i = 0; i < kHalvings && waits_more.schedule.waiting > allowed && waits_less.schedule.waiting < allowed;
       ++i) {
    const double price = std::sqrt(waits_more.price * waits_less.price);
    PricedPlan middle{price, plan(feeds, price)};
    (middle.schedule.waiting >= allowed ? waits_more : waits_less) = std::move(middle);
    if (waits_less.schedule.polls - waits_more.schedule.polls <= 1) break;
  }
  return {std::move(waits_more.schedule), std::move(waits_less.schedule)};
}

}  // namespace

Run clairvoyant(std::span<const Trace> traces, double staleness_mean, const ReplaySettings& settings) {
  const std::vector<Times> feeds = counted_events(traces, settings);
  Run run;
  run.policy = "clairvoyant";
  run.freshness = core::Millis(std::llround(staleness_mean * 1e3));
  for (const Times& events : feeds) run.events += events.size();
  const double allowed = staleness_mean * static_cast<double>(run.events);

  auto [waits_more, waits_less] = plans_around(feeds, allowed);
  const double spread = waits_more.waiting - waits_less.waiting;
  const double share = spread > 0 ? std::clamp((allowed - waits_less.waiting) / spread, 0.0, 1.0) : 0;
  const double polls = waits_less.polls + share * (waits_more.polls - waits_less.polls);
  run.requests = static_cast<std::uint64_t>(std::ceil(polls - 1e-6));
  run.quota_spent = run.requests;
  summarise_staleness(share < 1 ? waits_less.waits : waits_more.waits, run);
  return run;
}

}  // namespace repopulse::backtest
