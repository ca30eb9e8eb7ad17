// A feed's rate as a level that drifts, followed by a Kalman filter.
#pragma once

#include "forecast/arrival_model.h"
#include "forecast/season.h"

namespace repopulse::forecast {

// The state is the logarithm of the rate, before the season of GitHub at large. It drifts as an Ornstein-Uhlenbeck
// process around its long mean; an hour's count, with its own dispersion, is the measurement, linearised around the
// prediction (an extended Kalman filter). The variance is part of the forecast: E[exp(x)] = exp(mean + variance/2), so
// that an uncertain level counts for more than its mean alone; and it decides how much a new count changes the level.
class KalmanModel final : public ArrivalModel {
 public:
  void learn(std::span<const core::EventTime> arrivals, core::Timestamp until) override;
  using ArrivalModel::predict;
  void predict(core::Timestamp from, std::span<const core::EventTime> supposed, Outlook& outlook) override;

  double mean() const { return mean_; }  // of the logarithm of events per second, at the end of what was learned
  double variance() const { return variance_; }
  double noise() const;  // variance over mean of an hour's count where the level is known

 private:
  void drift(double seconds);
  void measure(double count, double from, double to);
  double long_mean() const;

  double observed_until_ = 0;  // unix seconds; 0: nothing learned yet
  double mean_ = 0;
  double variance_ = 0;
  double events_ = 0;    // fading sums, for the long mean …
  double seconds_ = 0;   // … before the season
  double squares_ = 0;   // fading, of what measurements missed by, …
  double expected_ = 0;  // … and of what was expected: their quotient is the dispersion
};

}  // namespace repopulse::forecast
