#include "monitor/spending.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/check.h"
#include "core/events_feed.h"
#include "polling/policy_table.h"

namespace repopulse::monitor {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr auto kHours = 24h;                  // that are kept, the present one included
constexpr std::size_t kMostEvents = 500'000;  // 8 MB; where more come, fewer hours are kept
constexpr Millis kSurelyKnownAfter = 1h;      // at least
constexpr int kSurelyKnownAfterFreshnesses = 4;

// The times of events have whole seconds: what happens after `at` may bear the time of its second.
Timestamp second_of(Timestamp at) {
  return core::to_timestamp(core::to_event_time(at));
}

double seconds(Millis span) {
  return std::chrono::duration<double>(span).count();
}

std::unique_ptr<polling::Policy> baseline_policy(Millis freshness, core::WindowRule window) {
  auto made = polling::make_policy(polling::kBaselinePolicy, {.freshness = freshness, .window = window});
  REPOPULSE_CHECK(made.has_value());
  return *std::move(made);
}

}  // namespace

Spent& Spent::operator+=(const Spent& other) {
  requests += other.requests;
  not_modified += other.not_modified;
  failures += other.failures;
  quota_spent += other.quota_spent;
  points_spent += other.points_spent;
  events += other.events;
  told += other.told;
  return *this;
}

SpentShare& SpentShare::operator+=(const SpentShare& other) {
  own += other.own;
  shared += other.shared;
  probes += other.probes;
  quota_spent += other.quota_spent;
  points_spent += other.points_spent;
  events += other.events;
  return *this;
}

Spending::Imagined& Spending::Imagined::operator+=(const Imagined& other) {
  requests += other.requests;
  with_news += other.with_news;
  events += other.events;
  waited += other.waited;
  return *this;
}

Spending::Spending(Millis freshness, core::WindowRule window) : baseline_polls_(baseline_policy(freshness, window)) {
  set_freshness(freshness);
}

void Spending::start(Timestamp now) {
  since_ = second_of(now);
}

void Spending::set_freshness(Millis freshness) {
  surely_known_after_ = std::max(kSurelyKnownAfter, kSurelyKnownAfterFreshnesses * freshness);
}

// --- requests ---

void Spending::ask_own(const std::string& feed, const Spent& cost, Timestamp now) {
  sources_[std::string(kOwnFeeds)].add(now, cost);
  SpentShare share;
  share.own = static_cast<double>(cost.requests);
  share.quota_spent = static_cast<double>(cost.quota_spent);
  share.events = cost.events;
  repositories_[feed].shares.add(now, share);
}

void Spending::ask_shared(const std::string& source, const Spent& cost,
                          const std::map<std::string, std::size_t>& brought, std::span<const std::string> informs,
                          Timestamp now) {
  sources_[source].add(now, cost);
  const auto give = [&](double part, std::size_t events) {
    SpentShare share;
    share.shared = part * static_cast<double>(cost.requests);
    share.quota_spent = part * static_cast<double>(cost.quota_spent);
    share.events = events;
    return share;
  };
  if (brought.empty() && informs.empty()) return for_none_.add(now, give(1, 0));
  for (const auto& [feed, events] : brought) {
    const double part = static_cast<double>(events) / static_cast<double>(cost.events);
    repositories_[feed].shares.add(now, give(part, events));
  }
  if (!brought.empty()) return;
  for (const std::string& feed : informs)
    repositories_[feed].shares.add(now, give(1 / static_cast<double>(informs.size()), 0));
}

void Spending::ask_probe(const Spent& cost, std::span<const std::string> asked_about, Timestamp now) {
  sources_[std::string(kChangeProbes)].add(now, cost);
  const auto give = [&](double part) {
    SpentShare share;
    share.probes = part * static_cast<double>(cost.requests);
    share.points_spent = part * static_cast<double>(cost.points_spent);
    return share;
  };
  if (asked_about.empty()) return for_none_.add(now, give(1));
  for (const std::string& feed : asked_about)
    repositories_[feed].shares.add(now, give(1 / static_cast<double>(asked_about.size())));
}

// --- what came of them ---

void Spending::begin(const std::string& feed, Timestamp now) {
  Repository& repository = repositories_[feed];
  if (!repository.begun) repository.begun = second_of(now);
}

void Spending::read(const std::string& feed, Timestamp read_at, const core::Window& history) {
  Repository& repository = repositories_[feed];
  if (repository.from) return advance_baseline(feed, read_at);
  repository.from = repository.begun.value_or(second_of(read_at));
  std::vector<core::EventTime> known = history.arrivals(read_at);
  baseline_polls_.add(feed, known, read_at);
}

void Spending::hear(const std::string& feed, core::EventTime happened_at, Millis waited) {
  const auto at = repositories_.find(feed);
  if (at == repositories_.end() || !at->second.from || core::to_timestamp(happened_at) < *at->second.from) return;
  std::vector<Heard>& events = at->second.events;
  events.insert(std::ranges::upper_bound(events, happened_at, {}, &Heard::happened_at),
                {happened_at, static_cast<float>(std::max(0.0, seconds(waited)))});
  ++heard_;
  baseline_polls_.hear(feed, happened_at);
}

void Spending::advance_baseline(const std::string& feed, Timestamp until) {
  for (const polling::ImaginedPolls::Poll& poll : baseline_polls_.advance(feed, until)) {
    baseline_.add(poll.at, {1, poll.events > 0 ? 1U : 0U, poll.events, seconds(poll.waited)});
  }
}

void Spending::stop(std::string_view feed, Timestamp now) {
  const auto at = repositories_.find(feed);
  if (at == repositories_.end()) return;
  at->second.to = now;
  past_.push_back(std::move(at->second));
  repositories_.erase(at);
  baseline_polls_.remove(feed);
}

// --- over time ---

void Spending::forget_before_since(Repository& repository) {
  repository.shares.forget_before(since_);
  const auto end = std::ranges::lower_bound(repository.events, since_, {},
                                            [](const Heard& event) { return core::to_timestamp(event.happened_at); });
  heard_ -= static_cast<std::size_t>(end - repository.events.begin());
  repository.events.erase(repository.events.begin(), end);
}

void Spending::forget_old(Timestamp now) {
  since_ = std::min(since_, second_of(now));  // the clock may have gone back
  const Timestamp hour = std::chrono::floor<std::chrono::hours>(now);
  Timestamp since = std::max(since_, hour - kHours + 1h);
  do {
    since_ = since;
    for (auto& [feed, repository] : repositories_) forget_before_since(repository);
    for (Repository& repository : past_) forget_before_since(repository);
    since = std::chrono::floor<std::chrono::hours>(since_) + 1h;
  } while (heard_ > kMostEvents && since <= hour);
  std::erase_if(past_, [this](const Repository& repository) {
    return repository.shares.empty() && (!repository.from || *repository.to <= since_);
  });
  for (auto& [name, spent] : sources_) spent.forget_before(since_);
  std::erase_if(sources_, [](const auto& source) { return source.second.empty(); });
  for_none_.forget_before(since_);
  baseline_.forget_before(since_);
}

// --- what is told ---

template <class Function>
void Spending::for_each(Function&& function) const {
  for (const auto& [feed, repository] : repositories_) function(repository);
  for (const Repository& repository : past_) function(repository);
}

SpendingView Spending::view(bool unchanged_is_charged, Timestamp now) {
  forget_old(now);
  for (const auto& [feed, repository] : repositories_) {
    if (repository.from) advance_baseline(feed, now - surely_known_after_);
  }
  SpendingView view;
  view.since = since_;
  view.until = now;
  for (const auto& [name, spent] : sources_) {
    view.all += view.sources.emplace(name, spent.sum()).first->second;
  }
  for (const auto& [feed, repository] : repositories_) {
    if (!repository.shares.empty()) view.repositories.emplace_back(feed, repository.shares.sum());
  }
  view.others = for_none_.sum();
  for (const Repository& repository : past_) view.others += repository.shares.sum();
  add_staleness(view);
  add_alternatives(view, unchanged_is_charged, now);
  return view;
}

void Spending::add_staleness(SpendingView& view) const {
  std::vector<float> waits;
  waits.reserve(heard_);
  for_each([&](const Repository& repository) {
    for (const Heard& event : repository.events) waits.push_back(event.waited);
  });
  view.events = waits.size();
  if (waits.empty()) return;
  view.staleness_mean = std::accumulate(waits.begin(), waits.end(), 0.0) / static_cast<double>(waits.size());
  const auto nth = waits.begin() + static_cast<std::ptrdiff_t>((waits.size() - 1) * 95 / 100);
  std::ranges::nth_element(waits, nth);
  view.staleness_p95 = *nth;
}

polling::FixedIntervalCost Spending::fixed_cost(Millis interval, Timestamp now) const {
  polling::FixedIntervalCost cost;
  std::vector<core::EventTime> times;
  for_each([&](const Repository& repository) {
    if (!repository.from) return;
    times.clear();
    for (const Heard& event : repository.events) times.push_back(event.happened_at);
    cost +=
        polling::fixed_interval_cost(times, std::max(*repository.from, since_), repository.to.value_or(now), interval);
  });
  return cost;
}

// At a fixed interval an event waits half of it, wherever it lies.
void Spending::add_alternatives(SpendingView& view, bool unchanged_is_charged, Timestamp now) const {
  const auto add_fixed = [&](Millis interval) {
    const polling::FixedIntervalCost cost = fixed_cost(interval, now);
    view.alternatives.push_back({"fixed", interval, cost.requests,
                                 unchanged_is_charged ? cost.requests : cost.with_news, seconds(interval) / 2});
  };
  const bool watched = std::ranges::any_of(repositories_, [](const auto& at) { return at.second.from.has_value(); });
  if (!watched) return;
  if (view.events > 0) {
    const Millis as_fresh = std::chrono::round<Millis>(std::chrono::duration<double>(2 * view.staleness_mean));
    if (as_fresh > core::kUsualPollInterval) add_fixed(as_fresh);
  }
  add_fixed(core::kUsualPollInterval);
  const Imagined mean = baseline_.sum();
  const auto requests = static_cast<double>(mean.requests);
  view.alternatives.push_back(
      {std::string(polling::kBaselinePolicy), std::nullopt, requests,
       unchanged_is_charged ? requests : static_cast<double>(mean.with_news),
       mean.events > 0 ? std::optional(mean.waited / static_cast<double>(mean.events)) : std::nullopt});
}

}  // namespace repopulse::monitor
