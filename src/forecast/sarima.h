// Seasonal autoregressive moving-average models of an hourly series.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace repopulse::forecast {

inline constexpr std::size_t kDailySeason = 24;
inline constexpr std::size_t kWeeklySeason = 168;

// (1 − φ₁B − …)(1 − Φ B^24)(1 − Ψ B^168)(y − c) = (1 + θ₁B)ε, where B is one hour back.
struct SarimaOrder {
  int ar = 1;  // 0 … 2
  int ma = 0;  // 0 … 1
  bool daily = false;
  bool weekly = false;
  friend bool operator==(const SarimaOrder&, const SarimaOrder&) = default;
};

struct Sarima {
  SarimaOrder order;
  std::array<double, 2> ar{};
  double ma = 0;
  double daily = 0;
  double weekly = 0;
  double constant = 0;  // c
  double variance = 1;  // of ε
  double aicc = 0;      // Akaike's criterion, corrected for short series (Hurvich & Tsai 1989)
};

// The longest reach back of a model; residuals (ε) before that are not defined.
std::size_t longest_lag(const SarimaOrder& order);

// The last residual of a growing series: conditional on what lies before longest_lag(), and on residuals of 0 there.
// Each follows from the one before.
struct LastResidual {
  std::size_t hours = 0;  // of which it is the last; 0: of none yet
  double value = 0;
};
// To the end of the series, whose first `last.hours` are what they were under the same model.
void go_on(const Sarima& model, std::span<const double> series, LastResidual& last);

// Maximum of the likelihood conditional on the series before `first`, found with NLopt's BOBYQA from `start` (Powell
// 2009), within stationarity's bounds for each coefficient.
Sarima fit_sarima(std::span<const double> series, const Sarima& start, std::size_t first, int most_evaluations);

// The order with the least AICc, all judged on the same part of the series; weekly ones only where four weeks are
// known. A moving average is tried with the seasons alone that are best without one: it takes most of the time and
// hardly changes which seasons there are (stepwise, as Hyndman & Khandakar 2008 search).
Sarima choose_sarima(std::span<const double> series);

struct SarimaForecast {
  double mean = 0;
  double variance = 0;  // of the forecast's error
};
// `last_residual`: of the series; 0 where there is none.
std::vector<SarimaForecast> forecast_sarima(const Sarima& model, std::span<const double> series, double last_residual,
                                            std::size_t steps);

}  // namespace repopulse::forecast
