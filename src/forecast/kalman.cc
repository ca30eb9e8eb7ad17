#include "forecast/kalman.h"

#include <algorithm>
#include <cmath>

#include "forecast/self_exciting_fit.h"
#include "forecast/unix_time.h"

namespace repopulse::forecast {
namespace {

constexpr double kReverts = 1 * kDay;        // time constant of the way back to the long mean
constexpr double kStationaryVariance = 1.2;  // of the logarithm of the rate around it
constexpr double kMeanMemory = 21 * kDay;    // of the long mean and of the dispersion
constexpr double kPriorEvents = 0.3, kPriorSeconds = kDay;
constexpr double kPriorSquares = 6, kPriorExpected = 3;  // a dispersion of 2
constexpr double kMostLog = 3;                           // a count moves the level by a factor of 20 at most

}  // namespace

double KalmanModel::long_mean() const {
  return std::log((events_ + kPriorEvents) / (seconds_ + kPriorSeconds)) - kStationaryVariance / 2;
}

double KalmanModel::noise() const {
  return std::max(1.0, (squares_ + kPriorSquares) / (expected_ + kPriorExpected));
}

void KalmanModel::drift(double seconds) {
  const double kept = std::exp(-seconds / kReverts);
  const double centre = long_mean();
  mean_ = centre + (mean_ - centre) * kept;
  variance_ = kStationaryVariance + (variance_ - kStationaryVariance) * kept * kept;
}

void KalmanModel::measure(double count, double from, double to) {
  drift(to - from);
  const double exposure = (to - from) * prior_season().at(timestamp((from + to) / 2));
  const double expected = std::exp(mean_ + variance_ / 2) * exposure;
  const double kept = std::exp(-(to - from) / kMeanMemory);
  events_ = events_ * kept + count;
  seconds_ = seconds_ * kept + exposure;
  squares_ = squares_ * kept + (count - expected) * (count - expected);
  expected_ = expected_ * kept + expected;

  // count = exp(x) × exposure + noise of variance dispersion × expected, whose slope in x is `expected`.
  const double spread = noise() * std::max(expected, 1e-9);
  const double gain = variance_ * expected / (expected * expected * variance_ + spread);
  mean_ += std::clamp(gain * (count - expected), -kMostLog, kMostLog);
  variance_ *= 1 - gain * expected;
}

void KalmanModel::learn(std::span<const core::EventTime> arrivals, core::Timestamp until) {
  const double end = static_cast<double>(core::unix_millis(until)) / 1e3;
  if (observed_until_ == 0) {
    observed_until_ = arrivals.empty() ? end : std::min(end, static_cast<double>(core::unix_seconds(arrivals.front())));
    mean_ = long_mean();
    variance_ = kStationaryVariance;
  }
  auto next = arrivals.begin();
  while (observed_until_ < end) {
    const double to = std::min(observed_until_ + kHour, end);
    double count = 0;
    for (; next != arrivals.end() && (to == end || static_cast<double>(core::unix_seconds(*next)) < to); ++next)
      ++count;
    measure(count, observed_until_, to);
    observed_until_ = to;
  }
}

void KalmanModel::predict(core::Timestamp from, std::span<const core::EventTime> /*supposed*/, Outlook& outlook) {
  const double origin = static_cast<double>(core::unix_millis(from)) / 1e3;
  const auto edges = Horizon::edges();
  const double centre = long_mean();
  const Season& season = prior_season();
  for (std::size_t c = 0; c < outlook.size(); ++c) {
    const double ahead = (edges[c] + edges[c + 1]) / 2;
    const double kept = std::exp(-std::max(0.0, origin + ahead - observed_until_) / kReverts);
    const double mean = centre + (mean_ - centre) * kept;
    const double variance = kStationaryVariance + (variance_ - kStationaryVariance) * kept * kept;
    outlook[c] = std::exp(mean + variance / 2) * season.at(timestamp(origin + ahead));
  }
}

}  // namespace repopulse::forecast
