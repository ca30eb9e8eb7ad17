#include "forecast/sarima_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace repopulse::forecast {
namespace {

constexpr std::int64_t kHourSeconds = 3600;
constexpr std::size_t kFewHours = 48;
constexpr std::size_t kMostHours = 8 * kWeeklySeason;
constexpr int kRefitEvaluations = 60;
constexpr std::size_t kSteps = kWeeklySeason + 1;

}  // namespace

void SarimaModel::count(core::EventTime arrival) {
  const std::int64_t hour = core::unix_seconds(arrival) / kHourSeconds - first_hour_;
  const auto last = static_cast<std::int64_t>(counts_.size()) - 1;
  if (hour < 0) return;
  if (hour < last) forecast_.clear();
  const auto at = static_cast<std::size_t>(std::min(hour, last));
  if (at < residual_.hours) residual_ = {};
  counts_[at] += 1;
  logs_[at] = std::log1p(counts_[at]);
  events_ += 1;
}

void SarimaModel::begin_hours(std::size_t hours) {
  if (hours == counts_.size()) return;
  counts_.resize(hours, 0.0);
  logs_.resize(hours, 0.0);
  forecast_.clear();
}

void SarimaModel::forget_hours(std::size_t hours) {
  const auto kept = counts_.begin() + static_cast<std::ptrdiff_t>(hours);
  events_ -= std::accumulate(counts_.begin(), kept, 0.0);
  counts_.erase(counts_.begin(), kept);
  logs_.erase(logs_.begin(), logs_.begin() + static_cast<std::ptrdiff_t>(hours));
  first_hour_ += static_cast<std::int64_t>(hours);
  forecast_.clear();
  residual_ = {};
}

void SarimaModel::learn(std::span<const core::EventTime> arrivals, core::Timestamp until) {
  const std::int64_t now = core::unix_seconds(core::to_event_time(until)) / kHourSeconds;
  if (!learned_)
    first_hour_ = arrivals.empty() ? now : std::min(now, core::unix_seconds(arrivals.front()) / kHourSeconds);
  learned_ = true;
  begin_hours(static_cast<std::size_t>(std::max<std::int64_t>(now - first_hour_ + 1, 1)));
  for (const core::EventTime at : arrivals) count(at);
  if (counts_.size() > kMostHours + kWeeklySeason) forget_hours(counts_.size() - kMostHours);
  constexpr std::int64_t kRefitHours = 24;
  if (counts_.size() > kFewHours && now - fitted_hour_ >= kRefitHours) refit();
}

void SarimaModel::refit() {
  const std::int64_t now = first_hour_ + static_cast<std::int64_t>(series().size());
  if (now - chosen_hour_ >= static_cast<std::int64_t>(kWeeklySeason)) {
    sarima_ = choose_sarima(series());
    chosen_hour_ = now;
  }
  sarima_ = fit_sarima(series(), sarima_, longest_lag(sarima_.order), kRefitEvaluations);
  fitted_hour_ = now;
  forecast_.clear();
  residual_ = {};
}

double SarimaModel::mean_count() const {
  constexpr double kEventsBefore = 0.3, kHoursBefore = 24;
  return (events_ + kEventsBefore) / (static_cast<double>(counts_.size()) + kHoursBefore);
}

// Polls of one hour share it: what comes in the hour under way is not in the series yet.
const std::vector<double>& SarimaModel::forecast() {
  if (!forecast_.empty()) return forecast_;
  if (sarima_.order.ma > 0) go_on(sarima_, series(), residual_);
  for (const SarimaForecast& hour : forecast_sarima(sarima_, series(), residual_.value, kSteps)) {
    forecast_.push_back(std::exp(hour.mean + hour.variance / 2) - 1);
  }
  return forecast_;
}

void SarimaModel::predict(core::Timestamp from, std::span<const core::EventTime> /*supposed*/, Outlook& outlook) {
  const double mean = mean_count();
  std::vector<double> hours(kSteps, mean);
  const double origin = static_cast<double>(core::unix_millis(from)) / 1e3 / kHourSeconds;
  const double known_to = static_cast<double>(first_hour_) + static_cast<double>(counts_.size()) - 1;
  if (fitted_hour_ != 0) {
    constexpr double kLeastShare = 0.05, kMostShare = 30;  // of the mean: logarithms exaggerate
    std::ranges::transform(forecast(), hours.begin(), [mean](double expected) {
      return std::clamp(expected, kLeastShare * mean, kMostShare * mean);
    });
  }
  const auto edges = Horizon::edges();
  for (std::size_t c = 0; c < outlook.size(); ++c) {
    const double ahead = origin + (edges[c] + edges[c + 1]) / 2 / kHourSeconds - known_to;
    const auto hour = static_cast<std::size_t>(std::clamp(ahead, 0.0, static_cast<double>(kSteps - 1)));
    outlook[c] = hours[hour] / kHourSeconds;
  }
}

}  // namespace repopulse::forecast
