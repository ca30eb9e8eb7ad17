#include "forecast/seasonal_mean.h"

#include <algorithm>
#include <cmath>

#include "forecast/self_exciting_fit.h"
#include "forecast/unix_time.h"

namespace repopulse::forecast {
namespace {

constexpr double kSeasonMemory = 21 * kDay;
constexpr double kHourStrength = 10;  // events' worth of evidence in each hour of the day
constexpr std::size_t kLeastEvents = 10, kLeastStretches = 4;
constexpr double kLeastKnown = 2 * kHour;
constexpr double kMinutes = 600;  // events closer together than that are one crowd
// A feed is often met because something happens there just now, and crowds are seldom as frequent as when they were
// seen first. So a stretch of quiet is added to the time that was watched: the longer, the more crowded the events are.
// Measured on recordings, as the other constants here: docs/polling.md.
constexpr double kUnseenQuiet = 2.5 * kHour;
constexpr double kLeastQuiet = 0.2, kMostQuiet = 3;  // in units of that
// How far an hour's rate is from the mean that is known: its relative variance where that hour of the day was never
// watched, and how much each time counts that it was.
constexpr double kUnknownVariance = 1.6, kPerHourWatched = 3;
// The mean's share in a forecast, the rest being a model's: at first, when the model knows little beside its prior, and
// when it knows much.
constexpr double kFirstShare = 1, kLastShare = 0.5, kModelKnownIn = 8 * kDay;

std::size_t day_kind(std::size_t hour_of_week) {
  return hour_of_week / Season::kHours < 5 ? 0 : 1;
}
}  // namespace

// The model and the mean are two opinions, of which either may be right: where they differ, that is part of the
// variance.
CountDistribution SeasonalForecast::hour(core::Timestamp from, double modelled) const {
  const core::Timestamp middle = from + std::chrono::minutes(30);
  const double days = known_for / kModelKnownIn;
  const double share = kLastShare + (kFirstShare - kLastShare) / (1 + days * days);
  const double mean = rate * kHour * season.at(middle);
  const double expected = share * mean + (1 - share) * modelled;
  const std::size_t hour = hour_of_week(middle);
  const double seen = watched[day_kind(hour)][hour % Season::kHours];
  const double apart = share * (1 - share) * (mean - modelled) * (mean - modelled);
  const double level = kUnknownVariance / (1 + kPerHourWatched * seen) * expected * expected;
  return {expected, dispersion + (level + apart) / std::max(expected, 1e-9)};
}

void SeasonalMean::Squares::add(std::int64_t in_stretch, double weight) {
  if (in_stretch > stretch) {
    stretch = in_stretch;
    count = 0;
    ++stretches;
  }
  // One that is visible late counts as if it had come alone.
  sum += weight * (in_stretch == stretch ? 2 * count++ + 1 : 1);
}

double SeasonalMean::weight(double at) const {
  return std::exp(std::min(0.0, at - known_until_) / kSeasonMemory);
}

// What is known already fades, and the hours since then were watched.
void SeasonalMean::pass_time(double until) {
  const double before = known_until_;
  if (until <= before) return;
  known_until_ = until;
  const double kept = weight(before);
  for (double& seen : by_hour_.seen) seen *= kept;
  for (double& seconds : by_hour_.expected) seconds *= kept;
  for (double* sum : {&events_, &watched_, &minutes_.sum, &hours_.sum}) *sum *= kept;
  for (double begin = before; begin < until;) {
    const double end = std::min((std::floor(begin / kHour) + 1) * kHour, until);
    const double watched = (end - begin) * weight((begin + end) / 2);
    by_hour_.expected[hour_of_week(timestamp(begin))] += watched;
    watched_ += watched;
    begin = end;
  }
}

void SeasonalMean::learn(std::span<const core::EventTime> arrivals, core::Timestamp until) {
  const double end = unix_seconds(until);
  if (known_until_ == 0) {
    known_since_ = arrivals.empty() ? end : std::min(end, static_cast<double>(core::unix_seconds(arrivals.front())));
    known_until_ = known_since_;
  }
  pass_time(end);
  learned_ += arrivals.size();
  for (const core::EventTime arrival : arrivals) {
    const std::int64_t at = core::unix_seconds(arrival);
    const double share = weight(static_cast<double>(at));
    by_hour_.seen[hour_of_week(core::to_timestamp(arrival))] += share;
    events_ += share;
    minutes_.add(at / static_cast<std::int64_t>(kMinutes), share);
    hours_.add(at / static_cast<std::int64_t>(kHour), share);
  }
}

// Pairs of events in the same ten minutes, beyond those that come with the rate of their hour.
double SeasonalMean::unseen_quiet() const {
  const double crowded = ((minutes_.sum - events_) - (hours_.sum - events_) * kMinutes / kHour) / events_;
  return kUnseenQuiet * std::clamp(kLeastQuiet + crowded, kLeastQuiet, kMostQuiet);
}

std::optional<SeasonalForecast> SeasonalMean::forecast() const {
  SeasonalForecast forecast;
  forecast.known_for = known_until_ - known_since_;
  const bool known = learned_ >= kLeastEvents && minutes_.stretches >= kLeastStretches;
  if (!known || forecast.known_for < kLeastKnown || events_ <= 0) return std::nullopt;
  SeasonEvidence evidence = by_hour_;
  for (double& seconds : evidence.expected) seconds *= events_ / watched_;
  forecast.season = Season::fit(evidence, prior_season(), kHourStrength);

  std::array<double, kHoursOfWeek> factors{};
  double exposure = 0;  // seconds, by the season
  for (std::size_t h = 0; h < kHoursOfWeek; ++h) {
    factors[h] = forecast.season.hours()[h % Season::kHours] * forecast.season.days()[h / Season::kHours];
    exposure += factors[h] * by_hour_.expected[h];
    forecast.watched[day_kind(h)][h % Season::kHours] += by_hour_.expected[h] / kHour;
  }
  forecast.rate = events_ / (exposure + unseen_quiet());

  double squares = hours_.sum;  // around the season
  for (std::size_t h = 0; h < kHoursOfWeek; ++h) {
    const double expected = events_ / exposure * factors[h] * kHour;
    squares -= by_hour_.expected[h] / kHour * expected * expected;
  }
  constexpr double kPrior = 5, kPriorDispersion = 3;
  forecast.dispersion = std::max(1.0, (squares + kPrior * kPriorDispersion) / (events_ + kPrior));
  return forecast;
}

}  // namespace repopulse::forecast
