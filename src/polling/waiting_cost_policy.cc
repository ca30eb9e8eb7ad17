#include "polling/waiting_cost_policy.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "forecast/count_distribution.h"
#include "polling/waiting_cost.h"

namespace repopulse::polling {
namespace {

using core::Millis;
using core::Timestamp;

constexpr double kDay = 86'400;
constexpr double kRateMemory = 3 * kDay;    // the long-run rate moves slowly: it sets the price for all
constexpr double kAcquaintance = 2 * kDay;  // until a rate is known well enough to judge the price by
constexpr double kLeastRate = 1 / (365 * kDay);
constexpr std::size_t kFewChanges = 64;     // one rate in so many may change before their sums are taken anew
constexpr std::size_t kForecastNeeds = 10;  // events
constexpr double kHour = 3600;
constexpr double kPunctual = 0.1;  // of an interval: a poll this close to its wish was decided by the price

double seconds(Millis span) {
  return std::chrono::duration<double>(span).count();
}
Millis millis(double seconds) {
  return Millis(static_cast<std::int64_t>(seconds * 1e3));
}

// How long the events of a poll had been waiting. When they became visible is not told: at once, it is taken, or some
// time since the poll before when that one did not show them.
double seen_waiting(const PollObservation& poll) {
  double waited = 0;
  for (const core::EventTime created_at : poll.arrivals) {
    const Timestamp at = core::to_timestamp(created_at);
    waited += at >= *poll.previous ? std::max(0.0, seconds(poll.at - at)) : seconds(poll.at - *poll.previous) / 2;
  }
  return waited;
}

}  // namespace

WaitingCostPolicy::WaitingCostPolicy(std::string_view name, const PolicySettings& settings, ModelMaker make_model)
    : name_(name), window_(settings.window), make_model_(std::move(make_model)), price_(settings.freshness) {}

void WaitingCostPolicy::add(std::string_view name, std::span<const core::EventTime> history, std::string_view,
                            Timestamp now) {
  Feed& feed = feeds_[std::string(name)];
  feed.model = make_model_(name);
  feed.polled_at = now;
  learn(feed, history);
}

// Reading and learning 60 days of thousands of feeds takes minutes: their means tell well enough until then when each
// should be asked, and what all together make of the price.
void WaitingCostPolicy::add_without_history(std::string_view name, std::span<const core::EventTime> recent,
                                            std::string_view, Timestamp now) {
  Feed& feed = feeds_[std::string(name)];
  feed.model = make_model_(name);
  feed.polled_at = now;
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
  const auto later = std::ranges::upper_bound(history, core::to_event_time(feed.polled_at));
  learn(feed, {history.begin(), later});
}

void WaitingCostPolicy::learn(Feed& feed, std::span<const core::EventTime> history) {
  feed.known_since = history.empty() ? feed.polled_at : core::to_timestamp(history.front());
  feed.model->learn(history, feed.polled_at);
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
    std::map<const void*, double> together;
    for (const auto& [name, feed] : feeds_) {
      sums_->rates += feed.rate;
      if (feed.together) {
        together[feed.together.get()] += feed.rate;
      } else {
        sums_->roots += std::sqrt(feed.rate);
      }
    }
    for (const auto& [group, rate] : together) sums_->roots += std::sqrt(rate);
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
  feed.model->predict(feed.polled_at, feed.outlook);
  const double span = forecast::Horizon::edges().back();
  const double rate = std::max(kLeastRate, forecast::expected_events(feed.outlook, 0, span) / span);
  if (feed.rate > 0) return;
  feed.rate = rate;
  ++changed_;
}

void WaitingCostPolicy::observe(std::string_view name, const PollObservation& poll) {
  Feed& feed = feeds_.find(name)->second;
  if (!feed.has_history) learn(feed, std::vector(feed.recent));
  const double span = poll.previous ? seconds(poll.at - *poll.previous) : 0;
  if (feed.polled && poll.previous && !poll.first_contact && seconds(poll.at - feed.known_since) > kAcquaintance) {
    const bool as_wished = std::abs(seconds(poll.at - feed.wish)) < kPunctual * span;
    price_.learn({static_cast<double>(poll.arrivals.size()), seen_waiting(poll), as_wished}, poll.at);
  }
  feed.model->learn(poll.arrivals, poll.at);
  feed.events += poll.arrivals.size();
  feed.polled_at = poll.at;
  const double before = feed.polled ? feed.rate : 0;
  feed.rate = 0;
  look_ahead(feed);
  const double kept = before > 0 ? std::exp(-span / kRateMemory) : 0;
  feed.rate = kept * before + (1 - kept) * feed.rate;
  ++changed_;
  feed.polled = true;
  changed_wishes_.clear();
  for (std::string& other : feed.model->listeners()) {
    if (feeds_.find(other)->second.polled) changed_wishes_.push_back(std::move(other));
  }
}

Timestamp WaitingCostPolicy::next(std::string_view name, Timestamp now) {
  Feed& feed = feeds_.find(name)->second;
  const double price = price_.value(sums().rates, sums().roots);
  if (feed.together) return std::max(now, next_together(*feed.together, price));
  if (feed.model->outdated()) look_ahead(feed);
  feed.wish = feed.polled_at + millis(due_after(feed.outlook, silence_of(feed), price));
  return std::max(now, feed.wish);
}

const forecast::Outlook* WaitingCostPolicy::silence_of(const Feed& feed) {
  return feed.has_history ? feed.model->predicted_silence() : nullptr;
}

// All of them were last read at about the same time; the first of these times stands for all.
Timestamp WaitingCostPolicy::next_together(const std::vector<std::string>& feeds, double price) {
  forecast::Outlook sum{}, silence{};
  Timestamp polled_at = Timestamp::max();
  for (const std::string& name : feeds) {
    const auto at = feeds_.find(name);
    if (at == feeds_.end()) continue;  // on its way out
    Feed& feed = at->second;
    if (feed.model->outdated()) look_ahead(feed);
    polled_at = std::min(polled_at, feed.polled_at);
    const forecast::Outlook* quiet = silence_of(feed);
    for (std::size_t c = 0; c < sum.size(); ++c) {
      sum[c] += feed.outlook[c];
      silence[c] += quiet != nullptr ? (*quiet)[c] : feed.outlook[c];
    }
  }
  const Timestamp wish = polled_at + millis(due_after(sum, &silence, price));
  for (const std::string& name : feeds) {
    const auto at = feeds_.find(name);
    if (at == feeds_.end()) continue;
    at->second.wish = wish;
  }
  return wish;
}

std::optional<std::vector<HourForecast>> WaitingCostPolicy::forecast(std::string_view name, Timestamp now,
                                                                     int hours) const {
  const auto at = feeds_.find(name);
  if (at == feeds_.end() || at->second.events < kForecastNeeds) return std::nullopt;
  const Feed& feed = at->second;
  constexpr double kTail = 0.05;
  std::vector<HourForecast> forecast;
  for (int hour = 0; hour < hours; ++hour) {
    const double from = seconds(now - feed.polled_at) + hour * kHour;
    const double expected = forecast::expected_events(feed.outlook, from, from + kHour);
    const forecast::CountDistribution count{expected, feed.model->hourly_dispersion(expected)};
    forecast.push_back({core::to_event_time(now + std::chrono::hours(hour)), expected,
                        static_cast<double>(count.quantile(kTail)), static_cast<double>(count.quantile(1 - kTail))});
  }
  return forecast;
}

}  // namespace repopulse::polling
