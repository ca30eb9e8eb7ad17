#include "forecast/sarima.h"

#include <Eigen/Dense>
#include <algorithm>
#include <boost/container/static_vector.hpp>
#include <cmath>
#include <functional>
#include <nlopt.hpp>
#include <numeric>
#include <optional>
#include <utility>

namespace repopulse::forecast {
namespace {

constexpr double kBound = 0.98;
constexpr double kLeastVariance = 1e-6;
constexpr std::size_t kWeeksForWeekly = 4;

// Autoregressive coefficients by lag, the three polynomials multiplied out: few of the lags are there.
constexpr std::size_t kMostLags = (1 + 2) * (1 + 1) * (1 + 1);
using Lags = boost::container::static_vector<std::pair<std::size_t, double>, kMostLags>;

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

// What would be the errors without the moving average, one for each y from `first` on: none depends on the one before
// it, so Eigen works out several at once.
void autoregressive_errors(const Sarima& model, std::span<const double> series, std::size_t first,
                           Eigen::ArrayXd& errors) {
  const Eigen::Map<const Eigen::ArrayXd> all(series.data(), static_cast<Eigen::Index>(series.size()));
  const auto rows = static_cast<Eigen::Index>(series.size() - first);
  const Eigen::ArrayXd centred = all - model.constant;
  errors = centred.tail(rows);
  for (const auto& [lag, coefficient] : autoregression(model)) {
    errors -= coefficient * centred.segment(static_cast<Eigen::Index>(first - lag), rows);
  }
}

// `errors`: room for them, which is kept from one evaluation to the next.
double mean_square(const Sarima& model, std::span<const double> series, std::size_t first, Eigen::ArrayXd& errors) {
  autoregressive_errors(model, series, first, errors);
  double before = 0, sum = 0;
  for (const double error : errors) {
    before = error - model.ma * before;
    sum += before * before;
  }
  return std::max(kLeastVariance, sum / static_cast<double>(errors.size()));
}

// Without a moving average the errors are linear in the multiplied-out coefficients, and the sum of their squares is a
// quadratic form. Its matrix is made once, for the lags of `largest`; after that no evaluation reads the series.
class LaggedProducts {
 public:
  LaggedProducts(std::span<const double> series, std::size_t first, const SarimaOrder& largest);
  // Of a model without a moving average whose lags `largest` has.
  double mean_square(const Sarima& model) const;

 private:
  std::vector<Eigen::Index> column_of_;  // by lag; the column behind the last lag's is the constant's
  Eigen::MatrixXd products_;             // of the columns, divided by the number of errors
  double mean_;                          // of the series: what is left without it keeps more digits
};

LaggedProducts::LaggedProducts(std::span<const double> series, std::size_t first, const SarimaOrder& largest)
    : column_of_(longest_lag(largest) + 1),
      mean_(std::accumulate(series.begin(), series.end(), 0.0) / static_cast<double>(series.size())) {
  Sarima everything;
  everything.order = largest;
  const Eigen::Map<const Eigen::VectorXd> all(series.data(), static_cast<Eigen::Index>(series.size()));
  const auto rows = static_cast<Eigen::Index>(series.size() - first);
  const Lags lags = autoregression(everything);
  Eigen::MatrixXd columns(rows, static_cast<Eigen::Index>(lags.size()) + 2);
  columns.col(0) = all.tail(rows).array() - mean_;
  Eigen::Index next = 1;
  for (const auto& [lag, coefficient] : lags) {
    column_of_[lag] = next;
    columns.col(next++) = all.segment(static_cast<Eigen::Index>(first - lag), rows).array() - mean_;
  }
  columns.col(next).setOnes();
  products_ = columns.transpose() * columns / static_cast<double>(rows);
}

double LaggedProducts::mean_square(const Sarima& model) const {
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(products_.rows());
  weights[0] = 1;
  double rest = 1;  // what of the constant is in an error
  for (const auto& [lag, coefficient] : autoregression(model)) {
    weights[column_of_[lag]] = -coefficient;
    rest -= coefficient;
  }
  weights[weights.size() - 1] = (mean_ - model.constant) * rest;
  return std::max(kLeastVariance, weights.dot(products_ * weights));
}

// What a model's errors are on average, squared: the function whose minimum is looked for.
using Objective = std::function<double(const Sarima&)>;

Objective objective_for(const SarimaOrder& order, std::span<const double> series, std::size_t first) {
  if (order.ma > 0) {
    return [=, errors = Eigen::ArrayXd()](const Sarima& model) mutable {
      return mean_square(model, series, first, errors);
    };
  }
  return [products = LaggedProducts(series, first, order)](const Sarima& model) { return products.mean_square(model); };
}

Sarima fit(const Sarima& start, std::span<const double> series, std::size_t first, int most_evaluations,
           const Objective& error) {
  std::vector<double> values = pack(start);
  const auto count = static_cast<unsigned>(values.size());
  nlopt::opt optimiser(nlopt::LN_BOBYQA, count);
  std::vector<double> low(count, -kBound), high(count, kBound);
  low.back() = *std::ranges::min_element(series) - 1;
  high.back() = *std::ranges::max_element(series) + 1;
  for (std::size_t i = 0; i < count; ++i) values[i] = std::clamp(values[i], low[i], high[i]);
  optimiser.set_lower_bounds(low);
  optimiser.set_upper_bounds(high);
  optimiser.set_initial_step(0.1);
  optimiser.set_maxeval(most_evaluations);
  optimiser.set_xtol_abs(1e-5);
  std::pair<const Sarima&, const Objective&> data{start, error};
  const nlopt::vfunc logarithm = [](const std::vector<double>& x, std::vector<double>&, void* given) {
    const auto& [shape, mean_square_of] = *static_cast<std::pair<const Sarima&, const Objective&>*>(given);
    return std::log(mean_square_of(unpack(shape, x)));
  };
  optimiser.set_min_objective(logarithm, &data);
  double best = 0;
  try {
    // No other point is better than one that leaves no error.
    if (error(unpack(start, values)) > kLeastVariance) optimiser.optimize(values, best);
  } catch (const nlopt::roundoff_limited&) {  // NOLINT(bugprone-empty-catch)
    // The point that it stands on is the best that doubles can tell.
  }
  Sarima model = unpack(start, values);
  const auto n = static_cast<double>(series.size() - first);
  const double k = static_cast<double>(count) + 1;
  model.variance = error(model);
  model.aicc = n * std::log(model.variance) + 2 * k + 2 * k * (k + 1) / std::max(1.0, n - k - 1);
  return model;
}

Sarima start_of(const SarimaOrder& order, double mean) {
  Sarima start;
  start.order = order;
  start.ar = {0.3, 0.0};
  start.daily = start.weekly = 0.2;
  start.constant = mean;
  return start;
}

}  // namespace

std::size_t longest_lag(const SarimaOrder& order) {
  return static_cast<std::size_t>(order.ar) + (order.daily ? kDailySeason : 0) + (order.weekly ? kWeeklySeason : 0);
}

void go_on(const Sarima& model, std::span<const double> series, LastResidual& last) {
  const std::size_t first = longest_lag(model.order);
  if (const std::size_t next = std::max(last.hours, first); next < series.size()) {
    Eigen::ArrayXd errors;
    autoregressive_errors(model, series.subspan(next - first), first, errors);
    for (const double error : errors) last.value = error - model.ma * last.value;
  }
  last.hours = series.size();
}

Sarima fit_sarima(std::span<const double> series, const Sarima& start, std::size_t first, int most_evaluations) {
  return fit(start, series, first, most_evaluations, objective_for(start.order, series, first));
}

Sarima choose_sarima(std::span<const double> series) {
  constexpr int kEvaluations = 150;
  const bool weekly_known = series.size() >= kWeeksForWeekly * kWeeklySeason;
  const bool daily_known = series.size() >= 3 * kDailySeason;
  const SarimaOrder largest{2, 0, daily_known, weekly_known};
  const std::size_t first = longest_lag(largest);
  const double mean = std::accumulate(series.begin(), series.end(), 0.0) / static_cast<double>(series.size());
  std::optional<Sarima> best;
  const auto consider = [&](const SarimaOrder& order, const Objective& error) {
    const Sarima fitted = fit(start_of(order, mean), series, first, kEvaluations, error);
    if (!best || fitted.aicc < best->aicc) best = fitted;
  };
  const Objective without_average = objective_for(largest, series, first);
  for (const int ar : {1, 2}) {
    for (const bool daily : {false, true}) {
      for (const bool weekly : {false, true}) {
        if (daily <= daily_known && weekly <= weekly_known) consider({ar, 0, daily, weekly}, without_average);
      }
    }
  }
  const auto [ar, ma, daily, weekly] = best->order;
  for (const int with_average : {1, 2}) {
    const SarimaOrder order{with_average, 1, daily, weekly};
    consider(order, objective_for(order, series, first));
  }
  return *best;
}

std::vector<SarimaForecast> forecast_sarima(const Sarima& model, std::span<const double> series, double last_residual,
                                            std::size_t steps) {
  const Lags lags = autoregression(model);
  const std::span<const double> reached = series.last(std::min(longest_lag(model.order), series.size()));
  std::vector<double> path;
  path.reserve(reached.size() + steps);
  path.assign(reached.begin(), reached.end());
  std::vector<double> psi = {1};  // weights of past errors in the forecast's error
  psi.reserve(steps + 1);
  std::vector<SarimaForecast> forecast;
  forecast.reserve(steps);
  double variance = 0;
  for (std::size_t step = 0; step < steps; ++step) {
    double expected = model.constant;
    if (step == 0) expected += model.ma * last_residual;
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
