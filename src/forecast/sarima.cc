#include "forecast/sarima.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlopt.hpp>
#include <numeric>
#include <tuple>
#include <utility>

namespace repopulse::forecast {
namespace {

constexpr double kBound = 0.98;
constexpr double kLeastVariance = 1e-6;
constexpr std::size_t kWeeksForWeekly = 4;

// Autoregressive coefficients by lag, the three polynomials multiplied out: few of the lags are there.
using Lags = std::vector<std::pair<std::size_t, double>>;

Lags times(const Lags& polynomial, std::size_t lag, double coefficient) {
  Lags product = polynomial;
  for (const auto& [l, c] : polynomial) product.emplace_back(l + lag, -c * coefficient);
  return product;
}

// (y − c)ₜ = Σ coefficient × (y − c)ₜ₋lag + θεₜ₋₁ + εₜ
Lags autoregression(const Sarima& model) {
  Lags polynomial = {{0, 1.0}};
  for (std::size_t i = 0; i < static_cast<std::size_t>(model.order.ar); ++i) {
    polynomial.emplace_back(i + 1, -model.ar[i]);
  }
  if (model.order.daily) polynomial = times(polynomial, kDailySeason, model.daily);
  if (model.order.weekly) polynomial = times(polynomial, kWeeklySeason, model.weekly);
  Lags right;
  for (const auto& [lag, coefficient] : polynomial) {
    if (lag > 0) right.emplace_back(lag, -coefficient);
  }
  return right;
}

std::vector<double> pack(const Sarima& model) {
  std::vector<double> values(model.ar.begin(), model.ar.begin() + model.order.ar);
  if (model.order.ma > 0) values.push_back(model.ma);
  if (model.order.daily) values.push_back(model.daily);
  if (model.order.weekly) values.push_back(model.weekly);
  values.push_back(model.constant);
  return values;
}

Sarima unpack(const Sarima& shape, const std::vector<double>& values) {
  Sarima model = shape;
  std::size_t i = 0;
  for (std::size_t k = 0; k < static_cast<std::size_t>(model.order.ar); ++k) model.ar[k] = values[i++];
  if (model.order.ma > 0) model.ma = values[i++];
  if (model.order.daily) model.daily = values[i++];
  if (model.order.weekly) model.weekly = values[i++];
  model.constant = values[i];
  return model;
}

double mean_square(const Sarima& model, std::span<const double> series, std::size_t first) {
  const std::vector<double> errors = residuals(model, series, first);
  const double sum = std::inner_product(errors.begin(), errors.end(), errors.begin(), 0.0);
  return std::max(kLeastVariance, sum / static_cast<double>(errors.size()));
}

// Without a moving average no error depends on the one before it: the hours of a block are worked out beside each
// other, each in the same order of additions as one by one.
void independent_residuals(const Lags& lags, double constant, std::span<const double> centred,
                           std::span<const double> series, std::size_t first, std::vector<double>& errors) {
  constexpr std::size_t kBlock = 16;
  std::size_t t = first;
  for (; t + kBlock <= series.size(); t += kBlock) {
    std::array<double, kBlock> expected;
    expected.fill(constant);
    for (const auto& [lag, coefficient] : lags) {
      const double* const before = centred.data() + (t - lag);
      for (std::size_t i = 0; i < kBlock; ++i) expected[i] += coefficient * before[i];
    }
    for (std::size_t i = 0; i < kBlock; ++i) errors[t - first + i] = series[t + i] - expected[i];
  }
  for (; t < series.size(); ++t) {
    double expected = constant;
    for (const auto& [lag, coefficient] : lags) expected += coefficient * centred[t - lag];
    errors[t - first] = series[t] - expected;
  }
}

}  // namespace

std::size_t longest_lag(const SarimaOrder& order) {
  return static_cast<std::size_t>(order.ar) + (order.daily ? kDailySeason : 0) + (order.weekly ? kWeeklySeason : 0);
}

std::vector<double> residuals(const Sarima& model, std::span<const double> series, std::size_t first) {
  const Lags lags = autoregression(model);
  std::vector<double> centred(series.size());
  for (std::size_t t = 0; t < series.size(); ++t) centred[t] = series[t] - model.constant;
  std::vector<double> errors(series.size() - std::min(first, series.size()));
  if (model.ma == 0) {
    independent_residuals(lags, model.constant, centred, series, first, errors);
    return errors;
  }
  double before = 0;
  for (std::size_t t = first; t < series.size(); ++t) {
    double expected = model.constant + model.ma * before;
    for (const auto& [lag, coefficient] : lags) expected += coefficient * centred[t - lag];
    before = series[t] - expected;
    errors[t - first] = before;
  }
  return errors;
}

Sarima fit_sarima(std::span<const double> series, const Sarima& start, std::size_t first, int most_evaluations) {
  std::vector<double> values = pack(start);
  const auto count = static_cast<unsigned>(values.size());
  nlopt::opt optimiser(nlopt::LN_BOBYQA, count);
  std::vector<double> low(count, -kBound), high(count, kBound);
  low.back() = *std::ranges::min_element(series) - 1;
  high.back() = *std::ranges::max_element(series) + 1;
  for (std::size_t i = 0; i < count; ++i) values[i] = std::clamp(values[i], low[i], high[i]);
  const bool silent = mean_square(unpack(start, values), series, first) <= kLeastVariance;
  optimiser.set_lower_bounds(low);
  optimiser.set_upper_bounds(high);
  optimiser.set_initial_step(0.1);
  optimiser.set_maxeval(most_evaluations);
  optimiser.set_xtol_abs(1e-5);
  const nlopt::vfunc objective = [](const std::vector<double>& x, std::vector<double>&, void* data) {
    const auto& [shape, all, from] =
        *static_cast<std::tuple<const Sarima&, std::span<const double>, std::size_t>*>(data);
    return std::log(mean_square(unpack(shape, x), all, from));
  };
  std::tuple<const Sarima&, std::span<const double>, std::size_t> data{start, series, first};
  optimiser.set_min_objective(objective, &data);
  double best = 0;
  try {
    if (!silent) optimiser.optimize(values, best);  // no other point is better than one that leaves no error
  } catch (const nlopt::roundoff_limited&) {        // NOLINT(bugprone-empty-catch)
    // The point that it stands on is the best that doubles can tell.
  }
  Sarima model = unpack(start, values);
  const auto n = static_cast<double>(series.size() - first);
  const double k = static_cast<double>(count) + 1;
  model.variance = mean_square(model, series, first);
  model.aicc = n * std::log(model.variance) + 2 * k + 2 * k * (k + 1) / std::max(1.0, n - k - 1);
  return model;
}

Sarima choose_sarima(std::span<const double> series) {
  constexpr int kEvaluations = 150;
  const bool weekly_known = series.size() >= kWeeksForWeekly * kWeeklySeason;
  const std::size_t first = longest_lag({2, 1, series.size() >= 3 * kDailySeason, weekly_known});
  const double mean = std::accumulate(series.begin(), series.end(), 0.0) / static_cast<double>(series.size());
  Sarima best;
  bool found = false;
  for (int shape = 0; shape < 16; ++shape) {
    const SarimaOrder order{1 + (shape & 1), (shape >> 1) & 1, (shape & 4) != 0, (shape & 8) != 0};
    if (longest_lag(order) > first) continue;
    Sarima start;
    start.order = order;
    start.ar = {0.3, 0.0};
    start.daily = start.weekly = 0.2;
    start.constant = mean;
    const Sarima fitted = fit_sarima(series, start, first, kEvaluations);
    if (!found || fitted.aicc < best.aicc) best = fitted;
    found = true;
  }
  return best;
}

std::vector<SarimaForecast> forecast_sarima(const Sarima& model, std::span<const double> series, std::size_t steps) {
  const Lags lags = autoregression(model);
  const std::size_t first = std::min(longest_lag(model.order), series.size());
  const std::vector<double> errors = model.ma == 0 ? std::vector<double>() : residuals(model, series, first);
  std::vector<double> path(series.begin(), series.end());
  std::vector<double> psi = {1};  // weights of past errors in the forecast's error
  std::vector<SarimaForecast> forecast;
  double variance = 0;
  for (std::size_t step = 0; step < steps; ++step) {
    double expected = model.constant;
    if (step == 0 && !errors.empty()) expected += model.ma * errors.back();
    for (const auto& [lag, coefficient] : lags) {
      if (lag <= path.size()) expected += coefficient * (path[path.size() - lag] - model.constant);
    }
    path.push_back(expected);
    variance += model.variance * psi.back() * psi.back();
    forecast.push_back({expected, variance});
    double weight = psi.size() == 1 ? model.ma : 0;
    for (const auto& [lag, coefficient] : lags) {
      if (lag <= psi.size()) weight += coefficient * psi[psi.size() - lag];
    }
    psi.push_back(weight);
  }
  return forecast;
}

}  // namespace repopulse::forecast
