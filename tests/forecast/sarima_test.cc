#include "forecast/sarima.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <random>
#include <sstream>
#include <string>

#include "forecast/sarima_model.h"

namespace repopulse::forecast {
namespace {

std::vector<double> numbers(std::istream& in) {
  std::string line;
  std::getline(in, line);
  std::istringstream words(line);
  std::vector<double> out;
  for (double number = 0; words >> number;) out.push_back(number);
  return out;
}

// All of them, from `first` on.
std::vector<double> residuals(const Sarima& model, std::span<const double> series, std::size_t first) {
  const std::span<const double> reached = series.subspan(first - longest_lag(model.order));
  std::vector<double> all;
  LastResidual last;
  for (std::size_t hours = longest_lag(model.order) + 1; hours <= reached.size(); ++hours) {
    go_on(model, reached.first(hours), last);
    all.push_back(last.value);
  }
  return all;
}

// What statsmodels 0.14 says of a series: see reference/make_reference.py.
class AgainstStatsmodels : public testing::Test {
 protected:
  AgainstStatsmodels() {
    std::ifstream in(REPOPULSE_SOURCE_DIR "/tests/forecast/reference/sarima_reference.txt");
    coefficients_ = numbers(in);
    means_ = numbers(in);
    variances_ = numbers(in);
    series_ = numbers(in);
  }
  void SetUp() override { ASSERT_EQ(series_.size(), 1200u); }

  std::vector<double> coefficients_, means_, variances_, series_;
};

TEST_F(AgainstStatsmodels, finds_the_same_coefficients) {
  Sarima start;
  start.order = {1, 1, true, false};
  const Sarima fitted = fit_sarima(series_, start, longest_lag(start.order), 2000);
  EXPECT_NEAR(fitted.ar[0], coefficients_[0], 0.03);
  EXPECT_NEAR(fitted.ma, coefficients_[1], 0.03);
  EXPECT_NEAR(fitted.daily, coefficients_[2], 0.02);
  EXPECT_NEAR(fitted.constant, coefficients_[3], 0.05);
  EXPECT_NEAR(fitted.variance, coefficients_[4], 0.01);
}

TEST_F(AgainstStatsmodels, forecasts_the_same_with_the_same_coefficients) {
  Sarima model;
  model.order = {1, 1, true, false};
  model.ar[0] = coefficients_[0];
  model.ma = coefficients_[1];
  model.daily = coefficients_[2];
  model.constant = coefficients_[3];
  model.variance = coefficients_[4];
  const auto forecast =
      forecast_sarima(model, series_, residuals(model, series_, longest_lag(model.order)).back(), means_.size());
  for (std::size_t i = 0; i < means_.size(); ++i) {
    EXPECT_NEAR(forecast[i].mean, means_[i], 1e-3) << "step " << i;
    EXPECT_NEAR(forecast[i].variance, variances_[i], 1e-3) << "step " << i;
  }
}

TEST_F(AgainstStatsmodels, chooses_the_order_that_made_the_series) {
  const Sarima chosen = choose_sarima(series_);
  EXPECT_TRUE(chosen.order.daily);
  EXPECT_GE(chosen.order.ar + chosen.order.ma, 2);
}

TEST(SarimaModel, expects_the_mean_rate_while_little_is_known_and_stays_finite_on_silence) {
  SarimaModel model;
  const auto start = core::timestamp_from_unix_millis(1'731'283'200'000);
  model.learn({}, start);
  Outlook outlook;
  for (int day = 1; day < 60; ++day) {
    model.learn({}, start + std::chrono::days(day));
    model.predict(start + std::chrono::days(day), outlook);
    for (const double rate : outlook) ASSERT_TRUE(rate > 0 && rate < 1);
  }
}

TEST(SarimaModel, learns_office_hours) {
  SarimaModel model;
  const auto start = core::event_time_from_unix(1'731'283'200);
  std::vector<core::EventTime> arrivals;
  for (int hour = 0; hour < 30 * 24; ++hour) {
    for (int i = 0; i < (hour % 24 >= 9 && hour % 24 < 17 ? 6 : 0); ++i) {
      arrivals.push_back(start + std::chrono::hours(hour) + std::chrono::minutes(7 * i));
    }
  }
  const auto end = core::to_timestamp(start) + std::chrono::days(30);
  model.learn(arrivals, end);
  Outlook outlook;
  model.predict(end, outlook);
  EXPECT_GT(expected_events(outlook, 12 * 3600, 13 * 3600), 5 * expected_events(outlook, 3 * 3600, 4 * 3600));
  EXPECT_TRUE(model.sarima().order.daily);
}

TEST(Residuals, are_what_the_formula_says_with_a_moving_average_and_without) {
  std::mt19937_64 random(3);
  std::vector<double> series(400);
  for (double& value : series) value = std::log1p(static_cast<double>(random() % 5));
  for (const double ma : {0.0, 0.4}) {
    const Sarima model{{2, ma == 0 ? 0 : 1, true, false}, {0.3, -0.1}, ma, 0.5, 0, 0.7};
    const std::vector<double> errors = residuals(model, series, 26);
    ASSERT_EQ(errors.size(), series.size() - 26);
    const auto y = [&](std::size_t t) { return series[t] - 0.7; };
    const auto short_term = [&](std::size_t t) { return y(t) - 0.3 * y(t - 1) + 0.1 * y(t - 2); };
    for (std::size_t t = 26; t < series.size(); ++t) {
      const double before = t == 26 ? 0 : errors[t - 27];
      EXPECT_NEAR(errors[t - 26], short_term(t) - 0.5 * short_term(t - 24) - ma * before, 1e-12) << t;
    }
  }
}

TEST(LastResidual, is_the_last_of_all_however_the_series_grew) {
  std::mt19937_64 random(4);
  std::vector<double> series(600);
  for (double& value : series) value = std::log1p(static_cast<double>(random() % 5));
  const Sarima model{{2, 1, true, true}, {0.3, -0.1}, 0.4, 0.5, 0.2, 0.7};
  const std::span<const double> all = series;
  LastResidual last;
  for (std::size_t hours = 100; hours <= series.size(); hours += 1 + random() % 30) {
    go_on(model, all.first(hours), last);
    EXPECT_EQ(last.hours, hours);
    LastResidual at_once;
    go_on(model, all.first(hours), at_once);
    EXPECT_NEAR(last.value, hours <= longest_lag(model.order) ? 0 : at_once.value, 1e-12) << hours;
  }
}

// Without a moving average, fits look at products of the series alone, and not at each error.
TEST(FitSarima, judges_every_order_by_the_errors_that_it_leaves) {
  std::mt19937_64 random(7);
  for (int shape = 0; shape < 16; ++shape) {
    std::vector<double> series(300 + random() % 100);
    const double level = shape % 3 == 0 ? 1000 : 0;
    for (double& value : series) value = level + std::log1p(static_cast<double>(random() % 9));
    Sarima start;
    start.order = {1 + (shape & 1), (shape >> 1) & 1, (shape & 4) != 0, (shape & 8) != 0};
    const std::size_t first = longest_lag(start.order) + random() % 5;
    const Sarima fitted = fit_sarima(series, start, first, 100);
    double sum = 0;
    for (const double error : residuals(fitted, series, first)) sum += error * error;
    EXPECT_NEAR(fitted.variance, sum / static_cast<double>(series.size() - first), 1e-9 * fitted.variance) << shape;
  }
}

TEST(ChooseSarima, finds_the_moving_average_that_made_a_series) {
  std::mt19937_64 random(11);
  std::normal_distribution<double> noise;
  std::vector<double> series;
  for (double level = 0, before = 0; series.size() < 1000;) {
    const double error = noise(random);
    level = 0.9 * level + error - 0.6 * before;
    before = error;
    series.push_back(level);
  }
  const Sarima chosen = choose_sarima(series);
  EXPECT_EQ(chosen.order.ma, 1);
  EXPECT_NEAR(chosen.ar[0] + chosen.ar[1], 0.9, 0.1);
  EXPECT_NEAR(chosen.ma, -0.6, 0.15);
}

TEST(ChooseSarima, of_a_series_without_any_change_is_any_that_leaves_no_error) {
  for (const std::size_t hours : {49UL, 100UL, 700UL}) {
    const Sarima chosen = choose_sarima(std::vector<double>(hours, 0.7));
    const std::vector<SarimaForecast> forecast = forecast_sarima(chosen, std::vector<double>(hours, 0.7), 0, 5);
    for (const SarimaForecast& hour : forecast) EXPECT_NEAR(hour.mean, 0.7, 0.01) << hours;
  }
}

// Beyond the time at which the oldest weeks are forgotten, with arrivals of past hours that are known late.
TEST(SarimaModel, predicts_the_same_however_often_it_was_asked) {
  SarimaModel often, once;
  std::mt19937_64 random(5);
  const auto start = core::event_time_from_unix(1'731'283'200);
  Outlook ignored, expected, predicted;
  for (int step = 0; step < 70 * 24 * 2; ++step) {
    const auto now = start + step * std::chrono::minutes(30);
    std::vector<core::EventTime> arrivals;
    if (random() % 4 == 0) arrivals = {now - std::chrono::minutes(random() % 180), now};
    often.learn(arrivals, core::to_timestamp(now));
    once.learn(arrivals, core::to_timestamp(now));
    often.predict(core::to_timestamp(now), ignored);
  }
  const auto end = core::to_timestamp(start) + std::chrono::days(70);
  often.predict(end, predicted);
  once.predict(end, expected);
  EXPECT_EQ(predicted, expected);
}

}  // namespace
}  // namespace repopulse::forecast
