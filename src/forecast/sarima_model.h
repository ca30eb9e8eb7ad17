// A feed's hourly counts under a seasonal ARIMA model.
#pragma once

#include <vector>

#include "forecast/arrival_model.h"
#include "forecast/sarima.h"

namespace repopulse::forecast {

// The series is log(1 + count) of whole hours. The order is chosen once a week, the coefficients are fitted once a day
// from where they were: milliseconds. Until two days are known it expects the mean rate. Of the past it keeps eight
// weeks.
class SarimaModel final : public ArrivalModel {
 public:
  void learn(std::span<const core::EventTime> arrivals, core::Timestamp until) override;
  using ArrivalModel::predict;
  void predict(core::Timestamp from, std::span<const core::EventTime> supposed, Outlook& outlook) override;

  const Sarima& sarima() const { return sarima_; }

 private:
  void count(core::EventTime arrival);
  void begin_hours(std::size_t hours);
  void forget_hours(std::size_t hours);
  void refit();
  double mean_count() const;
  std::span<const double> series() const { return std::span(logs_).first(logs_.size() - 1); }
  const std::vector<double>& forecast();

  std::int64_t first_hour_ = 0;  // unix hours; of counts_.front()
  std::vector<double> counts_;   // of whole hours, and of the one that is under way
  std::vector<double> logs_;     // log(1 + count) of each
  double events_ = 0;            // the sum of the counts
  // Expected counts of the hours to come; empty: the series or the model has changed since it was worked out.
  std::vector<double> forecast_;
  LastResidual residual_;         // of the series under the model
  std::int64_t fitted_hour_ = 0;  // 0: never
  std::int64_t chosen_hour_ = 0;
  bool learned_ = false;
  Sarima sarima_;
};

}  // namespace repopulse::forecast
