#include "alerts/series.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "forecast/count_distribution.h"

namespace repopulse::alerts {
namespace {

using core::EventTime;
using core::Seconds;

constexpr std::chrono::days kCompared{30};
constexpr std::size_t kJudgedHours = 4;

EventTime hour_of(EventTime at) {
  return std::chrono::floor<std::chrono::hours>(at);
}

double seconds_of(Seconds span) {
  return static_cast<double>(span.count());
}

// The time after which that many events are expected; infinite where that is never.
double time_until(const forecast::Outlook& outlook, double events) {
  const auto edges = forecast::Horizon::edges();
  double sum = 0;
  for (std::size_t c = 0; c < outlook.size(); ++c) {
    const double more = outlook[c] * (edges[c + 1] - edges[c]);
    if (sum + more >= events) return edges[c] + (events - sum) / outlook[c];
    sum += more;
  }
  // After the horizon, a week, it goes on as in the mean of that week's second half: its last cell is a few hours of
  // one day.
  const double half = edges.back() / 2;
  const double rate = forecast::expected_events(outlook, half, edges.back()) / half;
  return edges.back() + (events - sum) / rate;
}

}  // namespace

Series::Series(std::span<const EventTime> history) : model_(std::make_shared<forecast::Neighbourhood>()) {
  newest_ = history.back();
  for (std::size_t i = 0; i < history.size(); ++i) {
    ++hours_[hour_of(history[i])];
    if (i > 0 && history[i] > history[i - 1]) ++gaps_[std::chrono::floor<std::chrono::days>(history[i])];
  }
  // Silence is judged by what was expected when it began: nothing after the last event is learned.
  model_.learn(history, core::to_timestamp(newest_));
  look_ahead();
}

void Series::add(std::span<const EventTime> arrivals) {
  for (std::size_t i = 0; i < arrivals.size();) {
    const EventTime hour = hour_of(arrivals[i]);
    std::size_t end = i;
    while (end < arrivals.size() && hour_of(arrivals[end]) == hour) ++end;
    if (hour > hour_of(newest_)) begin_hour(hour);
    const auto came = arrivals.subspan(i, end - i);
    for (const EventTime at : came) {
      if (at > newest_) ++gaps_[std::chrono::floor<std::chrono::days>(at)];
      newest_ = std::max(newest_, at);
    }
    hours_[hour] += static_cast<std::int64_t>(came.size());
    if (const auto judged = judged_.find(hour); judged != judged_.end()) judged->second.events = hours_[hour];
    model_.learn(came, core::to_timestamp(newest_));
    i = end;
  }
  if (!arrivals.empty()) look_ahead();
}

void Series::begin_hour(EventTime from) {
  std::erase_if(hours_, [&](const auto& hour) { return hour.first < from - kCompared; });
  std::erase_if(gaps_,
                [&](const auto& day) { return core::to_timestamp(day.first) < core::to_timestamp(from) - kHistory; });
  Hour hour{.from = from};
  for (const auto& [begin, events] : hours_) hour.usual_most = std::max(hour.usual_most, events);
  forecast::Outlook outlook;
  model_.predict(core::to_timestamp(from), outlook);
  hour.expected = forecast::expected_events(outlook, 0, seconds_of(std::chrono::hours(1)));
  hour.dispersion = model_.dispersion();
  judged_[from] = hour;
  if (judged_.size() > kJudgedHours) judged_.erase(judged_.begin());
}

void Series::look_ahead() {
  forecast::Outlook outlook;
  model_.predict(core::to_timestamp(newest_), outlook);
  silence_ = *model_.predicted_silence();
  allowed_.clear();
}

double Series::rare_probability() const {
  double lately = 0;
  for (const auto& [day, count] : gaps_) {
    if (day >= newest_ - kCompared) lately += static_cast<double>(count);
  }
  return 1 / (2 * std::max(lately, 1.0));
}

// Asked every few seconds, and the same until an event comes.
std::optional<Seconds> Series::allowed_silence(double probability) const {
  const auto known = allowed_.find(probability);
  if (known != allowed_.end()) return known->second;
  return allowed_.emplace(probability, compute_allowed(probability)).first->second;
}

// With the intensity λ that silence leaves, a silence outlasts t with probability exp(−∫λ). λ is known from n pauses
// only, which makes that (1 + ∫λ/n)^−n.
std::optional<Seconds> Series::compute_allowed(double probability) const {
  double pauses = 0;
  for (const auto& [day, count] : gaps_) pauses += static_cast<double>(count);
  if (pauses + 1 < static_cast<double>(kFewestEvents)) return std::nullopt;
  const double events = pauses * (std::pow(probability, -1 / pauses) - 1);
  const double span = time_until(silence_, events);
  if (!(span <= std::chrono::duration<double>(kHistory).count())) return std::nullopt;
  return Seconds(static_cast<std::int64_t>(std::ceil(span)));
}

std::int64_t Series::Hour::allowed(double probability) const {
  const auto by_forecast = forecast::CountDistribution{expected, dispersion}.quantile(1 - probability);
  return std::max(by_forecast, static_cast<std::int64_t>(kFewestEvents) - 1);
}

const Series::Hour* Series::hour(EventTime from) const {
  const auto found = judged_.find(from);
  return found == judged_.end() ? nullptr : &found->second;
}

}  // namespace repopulse::alerts
