#include "polling/waiting_cost_policy.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "core/probe_answer.h"
#include "forecast/count_distribution.h"
#include "forecast/unix_time.h"
#include "polling/probe_cost.h"
#include "polling/waiting_cost.h"

namespace repopulse::polling {
namespace {

using core::Millis;
using core::Timestamp;
using forecast::kDay;
using forecast::kHour;

constexpr double kRateMemory = 3 * kDay;    // the long-run rate moves slowly: it sets the price for all
constexpr double kAcquaintance = 2 * kDay;  // until a rate is known well enough to judge the price by
constexpr double kLeastRate = 1 / (365 * kDay);
constexpr std::size_t kFewChanges = 64;  // one rate in so many may change before their sums are taken anew
// Events wait as long as in a feed of so many times the rate, when a probe tells of them: probe_cost.h.
constexpr double kProbedWaiting = 1.5;
constexpr double kUnannouncedMemory = 5 * kDay;
constexpr double kMostUnannounced = 0.25;  // share of the events of a feed that probes are to tell of
constexpr double kHintedWaiting = 1.5;     // the same for one that hints tell of
constexpr std::size_t kMostSupposed = 64;  // more say nothing new
constexpr double kPunctual = 0.1;          // of an interval: a poll this close to its wish was decided by the price

double seconds(Millis span) {
  return std::chrono::duration<double>(span).count();
}
Millis millis(double seconds) {
  return Millis(static_cast<std::int64_t>(seconds * 1e3));
}

// How long the events of a poll had been waiting. When they became visible is not told: at once, it is taken, or after
// the lag where that is known, or some time since the poll before when that one did not show them.
double seen_waiting(const PollObservation& poll) {
  double waited = 0;
  for (const core::EventTime created_at : poll.arrivals) {
    const Timestamp at = core::to_timestamp(created_at);
    const bool since = at >= *poll.previous;
    waited += since ? std::max(0.0, seconds(poll.at - at - poll.lag)) : seconds(poll.at - *poll.previous) / 2;
  }
  return waited;
}

// That something came, where so many events were expected.
double chance_of_any(double expected) {
  return 1 - std::exp(-std::max(1e-6, expected));
}

// The events that are expected to wait when it is known that something came; `silent`: that were expected if nothing
// had come.
double waiting_after_news(double expected, double silent) {
  return std::max(1.0, expected / chance_of_any(silent));
}

}  // namespace

WaitingCostPolicy::WaitingCostPolicy(std::string_view name, const PolicySettings& settings, ModelMaker make_model)
    : name_(name),
      freshness_(settings.freshness),
      window_(settings.window),
      make_model_(std::move(make_model)),
      price_(settings.freshness) {}

void WaitingCostPolicy::set_freshness(Millis freshness) {
  freshness_ = freshness;
  price_.set_freshness(freshness);
}

void WaitingCostPolicy::add(std::string_view name, std::span<const core::EventTime> history, std::string_view,
                            Timestamp now) {
  Feed& feed = feeds_[std::string(name)];
  feed.model = make_model_(name);
  feed.informed_at = now;
  learn(feed, history);
}

// Reading and learning 60 days of thousands of feeds takes minutes: their means tell well enough until then when each
// should be asked, and what all together make of the price.
void WaitingCostPolicy::add_without_history(std::string_view name, std::span<const core::EventTime> recent,
                                            std::string_view, Timestamp now) {
  Feed& feed = feeds_[std::string(name)];
  feed.model = make_model_(name);
  feed.informed_at = now;
  feed.has_history = false;
  feed.recent.assign(recent.begin(), recent.end());
  feed.rate = std::max(kLeastRate, mean_rate(recent, now));
  feed.outlook.fill(feed.rate);
  ++changed_;
}

double WaitingCostPolicy::mean_rate(std::span<const core::EventTime> recent, Timestamp now) const {
  const bool all_days = recent.size() < window_.max_events;
  const double span = all_days ? window_.days * kDay : std::max(0.0, seconds(now - core::to_timestamp(recent.front())));
  return (static_cast<double>(recent.size()) + 0.5) / (span + kDay);
}

void WaitingCostPolicy::give_history(std::string_view name, std::span<const core::EventTime> history) {
  Feed& feed = feeds_.find(name)->second;
  if (feed.has_history) return;
  const auto later = std::ranges::upper_bound(history, core::to_event_time(feed.informed_at));
  learn(feed, {history.begin(), later});
}

void WaitingCostPolicy::learn(Feed& feed, std::span<const core::EventTime> history) {
  feed.known_since = history.empty() ? feed.informed_at : core::to_timestamp(history.front());
  if (feed.shown) feed.shown->informed_at = feed.informed_at;
  feed.model->learn(history, feed.informed_at);
  feed.mean.learn(history, feed.informed_at);
  feed.events = history.size();
  feed.has_history = true;
  feed.recent = {};
  feed.rate = 0;
  look_ahead(feed);
}

void WaitingCostPolicy::remove(std::string_view name) {
  std::erase(changed_wishes_, name);
  if (const auto at = feeds_.find(name); at != feeds_.end()) feeds_.erase(at);
  ++changed_;
}

const WaitingCostPolicy::Sums& WaitingCostPolicy::sums() {
  if (!sums_ || changed_ * kFewChanges >= std::max(feeds_.size(), kFewChanges)) {
    sums_.emplace(Sums{});
    changed_ = 0;
    std::map<const void*, std::size_t> groups;
    std::vector<double> together;  // in the order of names, so that the sum does not depend on addresses
    std::map<std::string_view, double> probed;
    double shown = 0;
    for (const auto& [name, feed] : feeds_) {
      sums_->rates += feed.rate;
      if (feed.together) {
        const std::size_t group = groups.try_emplace(feed.together.get(), groups.size()).first->second;
        if (group == together.size()) together.push_back(0);
        together[group] += feed.rate;
      } else if (feed.hinted) {
        sums_->roots += std::sqrt(kHintedWaiting * feed.rate);
      } else if (!feed.probe.empty()) {
        probed[feed.probe] += feed.own_share() * feed.rate;
      } else {
        sums_->roots += std::sqrt(feed.own_share() * feed.rate);
      }
      if (feed.shown) shown += feed.shown->share * feed.rate;
    }
    sums_->roots += std::sqrt(shown);
    for (const double rate : together) sums_->roots += std::sqrt(rate);
    for (const auto& [probe, rate] : probed) sums_->roots += std::sqrt(kProbedWaiting * rate);
  }
  return *sums_;
}

// Polls of constant rates go with the roots of the rates, and waiting with their inverse: at equal waiting, requests go
// with the square of the sum of the roots.
double WaitingCostPolicy::gain_together(std::span<const std::string> feeds) const {
  double rates = 0, roots = 0;
  for (const std::string& name : feeds) {
    const double rate = feeds_.find(name)->second.rate;
    rates += rate;
    roots += std::sqrt(rate);
  }
  return rates > 0 ? roots * roots / rates : 1;
}

void WaitingCostPolicy::ask_together(std::span<const std::string> feeds) {
  const auto group =
      feeds.size() > 1 ? std::make_shared<const std::vector<std::string>>(feeds.begin(), feeds.end()) : nullptr;
  for (const std::string& name : feeds) feeds_.find(name)->second.together = group;
  ++changed_;
}

void WaitingCostPolicy::look_ahead(Feed& feed) {
  forecast::Outlook all;
  if (feed.has_history) {
    feed.model->predict(feed.shown ? feed.shown->informed_at : feed.informed_at, feed.supposed, all);
  } else {
    all.fill(feed.rate);
  }
  if (feed.rate <= 0) {
    const double span = forecast::Horizon::edges().back();
    feed.rate = std::max(kLeastRate, forecast::expected_events(all, 0, span) / span);
    ++changed_;
  }
  if (!feed.shown) {
    feed.outlook = all;
    return;
  }
  feed.shown->outlook = {};
  feed.outlook = {};
  forecast::add_outlook(all, 0, feed.shown->share, feed.shown->outlook);
  const double later = std::max(0.0, seconds(feed.informed_at - feed.shown->informed_at));
  forecast::add_outlook(forecast::seen_later(all, later), 0, feed.own_share(), feed.outlook);
}

// What news has made of the outlook stays until the feed is read.
void WaitingCostPolicy::refresh(Feed& feed) {
  if (feed.model->outdated() && !feed.after_news) look_ahead(feed);
}

void WaitingCostPolicy::observe(std::string_view name, const PollObservation& poll) {
  Feed& feed = feeds_.find(name)->second;
  if (!feed.has_history) learn(feed, std::vector(feed.recent));
  if (feed.polled) learn_price(feed, poll, feed.wish);
  count_unannounced(feed, poll);
  double span = poll.previous ? seconds(poll.at - *poll.previous) : 0;
  if (feed.shown) span = seconds(poll.at - std::exchange(feed.shown->informed_at, poll.at));
  feed.informed_at = poll.at;
  feed.expected = 0;
  learn_poll(name, feed, poll, feed.polled ? span : std::numeric_limits<double>::infinity());
  feed.polled = true;
}

// Where something else than the price decided how long events waited, that says nothing of the price.
void WaitingCostPolicy::learn_price(const Feed& feed, const PollObservation& poll, Timestamp wish) {
  if (!poll.previous || poll.first_contact || poll.misled) return;
  if (seconds(poll.at - feed.known_since) <= kAcquaintance) return;
  const bool as_wished = std::abs(seconds(poll.at - wish)) < kPunctual * seconds(poll.at - *poll.previous);
  price_.learn({static_cast<double>(poll.arrivals.size()), seen_waiting(poll), as_wished}, poll.at);
}

// The rate fades in `span` seconds.
void WaitingCostPolicy::learn_poll(std::string_view name, Feed& feed, const PollObservation& poll, double span) {
  // A feed that came in without a history shows it: models want that first.
  if (feed.events == 0 && !poll.arrivals.empty() && core::to_timestamp(poll.arrivals.front()) < feed.known_since) {
    feed.model = make_model_(name);
    feed.mean = {};
    feed.known_since = core::to_timestamp(poll.arrivals.front());
  }
  feed.model->learn(poll.arrivals, poll.at);
  feed.mean.learn(poll.arrivals, poll.at);
  feed.events += poll.arrivals.size();
  const double before = feed.rate;
  feed.rate = 0;
  look_ahead(feed);
  const double kept = std::exp(-span / kRateMemory);
  feed.rate = kept * before + (1 - kept) * feed.rate;
  ++changed_;
  changed_wishes_.clear();
  for (std::string& other : feed.model->listeners()) {
    if (feeds_.find(other)->second.polled) changed_wishes_.push_back(std::move(other));
  }
}

Timestamp WaitingCostPolicy::next(std::string_view name, Timestamp now) {
  Feed& feed = feeds_.find(name)->second;
  if (feed.together) return std::max(now, next_together(*feed.together, price()));
  refresh(feed);
  const double waiting = feed.waiting + feed.expected + feed.unannounced;
  feed.wish = feed.informed_at + millis(due_after(feed.outlook, silence_of(feed), price(), waiting));
  return std::max(now, feed.wish);
}

const forecast::Outlook* WaitingCostPolicy::silence_of(const Feed& feed) {
  return feed.has_history && !feed.after_news && !feed.shown ? feed.model->predicted_silence() : nullptr;
}

// All of them were last read at about the same time; the first of these times stands for all.
Timestamp WaitingCostPolicy::next_together(const std::vector<std::string>& feeds, double price) {
  forecast::Outlook sum{}, silence{};
  Timestamp informed_at = Timestamp::max();
  for (const std::string& name : feeds) {
    const auto at = feeds_.find(name);
    if (at == feeds_.end()) continue;  // on its way out
    Feed& feed = at->second;
    refresh(feed);
    informed_at = std::min(informed_at, feed.informed_at);
    const forecast::Outlook* quiet = silence_of(feed);
    for (std::size_t c = 0; c < sum.size(); ++c) {
      sum[c] += feed.outlook[c];
      silence[c] += quiet != nullptr ? (*quiet)[c] : feed.outlook[c];
    }
  }
  const Timestamp wish = informed_at + millis(due_after(sum, &silence, price));
  for (const std::string& name : feeds) {
    const auto at = feeds_.find(name);
    if (at == feeds_.end()) continue;
    at->second.wish = wish;
  }
  return wish;
}

// --- change probes ---

// Of how many events does no probe tell? Few events say little: then what holds for all feeds does.
double WaitingCostPolicy::unannounced_share(const Feed& feed) const {
  constexpr double kPriorShare = 0.005, kPriorOfAll = 50, kPrior = 5;
  const double all = (came_unannounced_ + kPriorShare * kPriorOfAll) / (came_ + kPriorOfAll);
  return (feed.came_unannounced + kPrior * all) / (feed.came + kPrior);
}

void WaitingCostPolicy::count_unannounced(Feed& feed, const PollObservation& poll) {
  constexpr double kEnough = 400;  // events; older ones fade
  feed.waiting = 0;
  feed.unannounced = 0;
  feed.after_news = false;
  feed.supposed.clear();
  if (poll.first_contact || !feed.announced) return;
  const auto fade = [](double& all, double& part, double enough) {
    if (all <= enough) return;
    all /= 2;
    part /= 2;
  };
  const auto came = static_cast<double>(poll.arrivals.size() - std::min(poll.of_shown_part, poll.arrivals.size()));
  const auto unannounced = static_cast<double>(poll.unannounced);
  feed.came += came;
  feed.came_unannounced += unannounced;
  came_ += came;
  came_unannounced_ += unannounced;
  fade(feed.came, feed.came_unannounced, kEnough);
  fade(came_, came_unannounced_, 10 * kEnough);
}

// What a probe did not tell of is forgotten with time, so that it is tried again.
void WaitingCostPolicy::forget_unannounced(Timestamp now) {
  if (forgotten_at_ == Timestamp{}) forgotten_at_ = now;
  const double kept = std::exp(-std::max(0.0, seconds(now - forgotten_at_)) / kUnannouncedMemory);
  forgotten_at_ = now;
  for (double* sum : {&came_, &came_unannounced_}) *sum *= kept;
  for (auto& [name, feed] : feeds_) {
    feed.came *= kept;
    feed.came_unannounced *= kept;
  }
}

double WaitingCostPolicy::rate(std::string_view name) const {
  const auto at = feeds_.find(name);
  return at == feeds_.end() ? 0 : at->second.rate;
}

double WaitingCostPolicy::cost_together(std::span<const std::string> names) {
  double rates = 0;
  for (const std::string& name : names) rates += rate(name);
  return std::sqrt(2 * price() * rates);
}

std::optional<ProbePlan> WaitingCostPolicy::plan_probe(std::span<const std::string> names, Millis lag, Timestamp now) {
  // Where news is shown so late, reads in vain cost more than the probe saves.
  if (names.size() < 2 || lag > freshness_) return std::nullopt;
  if (seconds(now - forgotten_at_) > kHour) forget_unannounced(now);
  const double w = price();
  ProbePlan plan;
  std::vector<std::pair<double, const std::string*>> feeds;
  for (const std::string& name : names) {
    const Feed& feed = feeds_.find(name)->second;
    if (unannounced_share(feed) > kMostUnannounced) {
      plan.direct.push_back(name);
      continue;
    }
    const double own = std::max(1.0, due_after(feed.outlook, silence_of(feed), w));
    feeds.emplace_back(std::max(kLeastRate, forecast::expected_events(feed.outlook, 0, own) / own), &name);
  }
  std::ranges::stable_sort(feeds, std::ranges::greater{}, &std::pair<double, const std::string*>::first);
  std::vector<double> rates;
  for (const auto& [rate, name] : feeds) rates.push_back(rate);
  const ProbeDivision division = divide_for_probe(rates, w);
  plan.cost = division.alone > 0 ? division.cost / division.alone : 1;
  plan.alone = division.alone;
  for (std::size_t i = 0; i < division.direct; ++i) plan.direct.push_back(*feeds[i].second);
  return plan;
}

void WaitingCostPolicy::probe_together(std::string_view probe, std::span<const std::string> names) {
  std::vector<std::string>& informed = probes_[std::string(probe)];
  for (const std::string& name : informed) {
    if (const auto at = feeds_.find(name); at != feeds_.end()) at->second.probe.clear();
  }
  informed.assign(names.begin(), names.end());
  for (const std::string& name : names) feeds_.find(name)->second.probe = probe;
  if (names.empty()) probes_.erase(probes_.find(probe));
  ++changed_;
}

double WaitingCostPolicy::observe_probe(std::string_view name, const ProbeObservation& probe) {
  const auto at = feeds_.find(name);
  if (at == feeds_.end() || probe.at <= at->second.informed_at) return 0;
  Feed& feed = at->second;
  feed.announced = true;
  refresh(feed);
  const double passed = seconds(probe.at - feed.informed_at);
  const double expected = feed.expected + forecast::expected_events(feed.outlook, 0, passed);
  const double share = unannounced_share(feed);
  feed.unannounced += share * expected;
  if (feed.shown) {
    if (probe.news) feed.waiting += waiting_after_news((1 - share) * expected, expected);
    feed.expected = 0;
    feed.informed_at = probe.at;
    look_ahead(feed);
  } else if (probe.news) {
    take_news(feed, (1 - share) * expected, probe.at);
  } else {
    feed.model->learn({}, probe.at);
    feed.mean.learn({}, probe.at);
    feed.informed_at = probe.at;
    feed.after_news = false;
    look_ahead(feed);
  }
  if (probe.news) feed.wish = probe.at;
  return (1 - share) * expected;
}

// Something came, it is not known when and how much. What silence would have made of the outlook is the part that needs
// no event, and the rest is there with certainty now.
void WaitingCostPolicy::take_news(Feed& feed, double expected, Timestamp at) {
  const double passed = seconds(at - feed.informed_at);
  const forecast::Outlook* silence = silence_of(feed);
  const forecast::Outlook& quiet = silence != nullptr ? *silence : feed.outlook;
  const double silent = forecast::expected_events(quiet, 0, passed);
  const double came = chance_of_any(silent);
  feed.waiting += waiting_after_news(expected, silent);
  const forecast::Outlook still = forecast::seen_later(quiet, passed);
  feed.outlook = forecast::seen_later(feed.outlook, passed);
  const auto edges = forecast::Horizon::edges();
  for (std::size_t c = 0; c < still.size() && passed + edges[c + 1] <= edges.back(); ++c) {
    feed.outlook[c] = still[c] + std::max(0.0, feed.outlook[c] - still[c]) / came;
  }
  feed.after_news = true;
  feed.informed_at = at;
}

Timestamp WaitingCostPolicy::next_probe(std::string_view probe, Timestamp now) {
  const auto group = probes_.find(probe);
  if (group == probes_.end()) return now;
  Timestamp from = Timestamp::max();
  for (const std::string& name : group->second) {
    Feed& feed = feeds_.find(name)->second;
    refresh(feed);
    from = std::min(from, feed.informed_at);
  }
  std::vector<ProbedOutlook> feeds;
  for (const std::string& name : group->second) {
    const Feed& feed = feeds_.find(name)->second;
    feeds.push_back({&feed.outlook, seconds(feed.informed_at - from), 1 - unannounced_share(feed), feed.expected});
  }
  return std::max(now, from + millis(probe_due_after(feeds, price())));
}

Timestamp WaitingCostPolicy::next_unannounced(std::string_view name, Timestamp now) {
  constexpr double kFactor = 20;
  Feed& feed = feeds_.find(name)->second;
  const double share = unannounced_share(feed);
  // (unannounced + share × N)² = kFactor × share × λ / price, as due_after() has it with N in place of 2 × N.
  const double scaled =
      due_after(feed.outlook, nullptr, price() * 2 * share / kFactor, feed.unannounced / share + feed.expected);
  return std::max(now, feed.informed_at + millis(scaled));
}

// News becomes visible with `chance` / age a second, as it does where the time until then may be long or short alike:
// the best interval for such a rate.
core::Millis WaitingCostPolicy::look_again_after(core::Millis age, double chance) {
  const double rate = std::max(1e-3, chance) / std::max(1.0, seconds(age));
  return millis(std::min(seconds(std::chrono::days(1)), std::sqrt(2 / (price() * rate))));
}

// --- hints ---

void WaitingCostPolicy::tell_by_hints(std::string_view name, bool told) {
  const auto at = feeds_.find(name);
  if (at == feeds_.end() || at->second.hinted == told) return;
  at->second.hinted = told;
  at->second.came = 0;
  at->second.came_unannounced = 0;
  at->second.waiting = 0;
  at->second.supposed.clear();
  ++changed_;
}

void WaitingCostPolicy::observe_hint(std::string_view name, Timestamp at, double chance) {
  const auto found = feeds_.find(name);
  if (found == feeds_.end()) return;
  Feed& feed = found->second;
  feed.announced = true;
  feed.waiting += chance;
  if (at > feed.informed_at) {
    feed.unannounced +=
        unannounced_share(feed) * forecast::expected_events(feed.outlook, 0, seconds(at - feed.informed_at));
    feed.informed_at = at;
  }
  if (feed.supposed.size() < kMostSupposed) feed.supposed.push_back(core::to_event_time(at));
  look_ahead(feed);
}

Timestamp WaitingCostPolicy::next_hinted(std::string_view name, Timestamp now) {
  Feed& feed = feeds_.find(name)->second;
  if (feed.has_history && feed.model->outdated()) look_ahead(feed);
  const forecast::Outlook* silence = feed.has_history ? feed.model->predicted_silence() : nullptr;
  const double waiting = feed.waiting + feed.unannounced;
  feed.wish = feed.informed_at + millis(worth_waiting(silence != nullptr ? *silence : feed.outlook, price(), waiting));
  return std::max(now, feed.wish);
}

Timestamp WaitingCostPolicy::next_doubtful(std::string_view name, double events, Timestamp now) {
  const Feed& feed = feeds_.find(name)->second;
  return std::max(now, feed.informed_at + millis(forecast::expected_within(feed.outlook, events)));
}

// --- a feed that shows a part of others ---

// Each asked by itself, or when a probe has news; a probe asks about as many as may be.
double WaitingCostPolicy::cost_apart(std::vector<double> rates, std::optional<Millis> probe_lag) {
  double cost = 0;
  if (!probe_lag || *probe_lag > freshness_) {
    for (const double rate : rates) cost += std::sqrt(2 * price() * rate);
    return cost;
  }
  std::ranges::sort(rates, std::ranges::greater{});
  for (std::size_t i = 0; i < rates.size(); i += core::kMostProbed) {
    const std::size_t size = std::min(core::kMostProbed, rates.size() - i);
    cost += divide_for_probe(std::span(rates).subspan(i, size), price()).cost;
  }
  return cost;
}

// A feed whose history is still to come is left out until then. A very busy feed is asked so often that the others gain
// more without it.
PartsPlan WaitingCostPolicy::plan_parts(std::span<const PartlyShown> feeds, std::optional<Millis> probe_lag,
                                        double poll_cost) {
  constexpr std::size_t kMostLeftOut = 8;
  std::vector<PartlyShown> by_rate;
  for (const PartlyShown& feed : feeds) {
    if (feeds_.find(feed.feed)->second.has_history) by_rate.push_back(feed);
  }
  const auto shown_rate = [this](const PartlyShown& feed) { return (1 - feed.hidden) * rate(feed.feed); };
  std::ranges::stable_sort(by_rate, std::ranges::greater{}, shown_rate);
  double shown = 0;
  std::vector<double> all, hidden;
  for (const PartlyShown& feed : by_rate) {
    all.push_back(rate(feed.feed));
    hidden.push_back(feed.hidden * all.back());
    shown += shown_rate(feed);
  }
  const double without = cost_apart(all, probe_lag);
  double best = without;
  std::size_t left_out = by_rate.size();
  for (std::size_t k = 0; k + 1 < by_rate.size() && k <= kMostLeftOut; ++k) {
    const double cost = cost_apart(hidden, probe_lag) + std::sqrt(2 * price() * std::max(0.0, shown) * poll_cost);
    if (cost < best) {
      best = cost;
      left_out = k;
    }
    shown -= shown_rate(by_rate[k]);
    hidden[k] = all[k];
  }
  PartsPlan plan;
  if (left_out == by_rate.size() || without <= 0) return plan;
  plan.cost = best / without;
  plan.feeds.assign(by_rate.begin() + static_cast<std::ptrdiff_t>(left_out), by_rate.end());
  std::ranges::sort(plan.feeds, {}, &PartlyShown::feed);
  return plan;
}

double WaitingCostPolicy::added_cost_of_parts(std::span<const PartlyShown> feeds, std::optional<Millis> probe_lag) {
  double shown = 0, others = 0;
  for (const auto& [name, feed] : feeds_) {
    if (feed.shown) others += feed.shown->share * feed.rate;
  }
  std::vector<double> hidden;
  for (const PartlyShown& part : feeds) {
    const Feed& feed = feeds_.find(part.feed)->second;
    hidden.push_back(part.hidden * feed.rate);
    shown += (1 - part.hidden) * feed.rate;
    if (feed.shown) others -= feed.shown->share * feed.rate;
  }
  others = std::max(0.0, others);
  const double polls = std::sqrt(2 * price() * (others + shown)) - std::sqrt(2 * price() * others);
  return cost_apart(std::move(hidden), probe_lag) + polls;
}

// What a probe did not tell of says little where it is to tell of other kinds of events.
void WaitingCostPolicy::show_parts(std::span<const PartlyShown> parts) {
  std::map<std::string_view, double> hidden;
  for (const PartlyShown& part : parts) hidden.emplace(part.feed, part.hidden);
  for (auto& [name, feed] : feeds_) {
    const auto at = hidden.find(name);
    if (at == hidden.end() && !feed.shown) continue;
    if (at == hidden.end()) {  // what came since it was asked last may wait, too
      feed.expected +=
          forecast::expected_events(feed.shown->outlook, 0, seconds(feed.informed_at - feed.shown->informed_at));
      feed.shown.reset();
    } else if (feed.shown) {
      feed.shown->share = 1 - at->second;
    } else {
      feed.shown = ShownPart{.share = 1 - at->second, .informed_at = feed.informed_at};
    }
    feed.after_news = false;
    look_ahead(feed);
  }
  ++changed_;
}

Timestamp WaitingCostPolicy::next_shown(Timestamp now) {
  Timestamp from = Timestamp::max();
  for (const auto& [name, feed] : feeds_) {
    if (feed.shown) from = std::min(from, feed.shown->informed_at);
  }
  if (from == Timestamp::max()) return now;
  forecast::Outlook sum{}, silence{};
  for (auto& [name, feed] : feeds_) {
    if (!feed.shown) continue;
    refresh(feed);
    const double later = seconds(feed.shown->informed_at - from);
    const forecast::Outlook* quiet = feed.has_history ? feed.model->predicted_silence() : nullptr;
    forecast::add_outlook(feed.shown->outlook, later, 1, sum);
    if (quiet != nullptr) {
      forecast::add_outlook(*quiet, later, feed.shown->share, silence);
    } else {
      forecast::add_outlook(feed.shown->outlook, later, 1, silence);
    }
  }
  const Timestamp wish = from + millis(due_after(sum, &silence, price()));
  for (auto& [name, feed] : feeds_) {
    if (feed.shown) feed.shown->wish = wish;
  }
  return std::max(now, wish);
}

double WaitingCostPolicy::observe_shown(std::string_view name, const PollObservation& poll) {
  Feed& feed = feeds_.find(name)->second;
  if (!feed.shown || poll.at < feed.shown->informed_at) return 0;
  if (!feed.has_history) learn(feed, std::vector(feed.recent));
  if (feed.shown->polled) {
    PollObservation since = poll;
    since.previous = feed.shown->informed_at;
    learn_price(feed, since, feed.shown->wish);
  }
  feed.shown->polled = true;
  const double span = seconds(poll.at - feed.shown->informed_at);
  const double expected = forecast::expected_events(feed.shown->outlook, 0, span);
  if (poll.at > feed.informed_at) {
    feed.expected += forecast::expected_events(feed.outlook, 0, seconds(poll.at - feed.informed_at));
    feed.informed_at = poll.at;
  }
  feed.shown->informed_at = poll.at;
  learn_poll(name, feed, poll, span);
  return expected;
}

std::optional<std::vector<HourForecast>> WaitingCostPolicy::forecast(std::string_view name, Timestamp now,
                                                                     int hours) const {
  const auto at = feeds_.find(name);
  if (at == feeds_.end()) return std::nullopt;
  const Feed& feed = at->second;
  const auto mean = feed.mean.forecast();
  if (!mean) return std::nullopt;
  constexpr double kTail = 0.05;
  const bool split = feed.shown.has_value();
  const forecast::Outlook& outlook = split ? feed.shown->outlook : feed.outlook;
  const double part = split ? feed.shown->share : 1;
  const Timestamp begin = split ? feed.shown->informed_at : feed.informed_at;
  std::vector<HourForecast> forecast;
  for (int hour = 0; hour < hours; ++hour) {
    const double from = seconds(now - begin) + hour * kHour;
    const double modelled = forecast::expected_events(outlook, from, from + kHour) / part;
    const Timestamp begins = now + std::chrono::hours(hour);
    const forecast::CountDistribution count = mean->hour(begins, modelled);
    forecast.push_back({core::to_event_time(begins), count.mean, static_cast<double>(count.quantile(kTail)),
                        static_cast<double>(count.quantile(1 - kTail))});
  }
  return forecast;
}

}  // namespace repopulse::polling
