#include "forecast/kalman.h"

#include <gtest/gtest.h>

#include <cmath>

namespace repopulse::forecast {
namespace {

constexpr core::EventTime kStart = core::event_time_from_unix(1'731'283'200);

std::vector<core::EventTime> every(std::chrono::seconds gap, std::chrono::seconds span) {
  std::vector<core::EventTime> arrivals;
  for (auto at = gap; at < span; at += gap) arrivals.push_back(kStart + at);
  return arrivals;
}
double next_day(KalmanModel& model, core::Timestamp from) {
  Outlook outlook;
  model.predict(from, outlook);
  return expected_events(outlook, 0, 86'400);
}

TEST(KalmanModel, follows_a_steady_rate) {
  KalmanModel model;
  const auto end = core::to_timestamp(kStart) + std::chrono::days(28);
  model.learn(every(std::chrono::minutes(30), std::chrono::days(28)), end);
  Outlook outlook;
  model.predict(end, outlook);
  EXPECT_NEAR(expected_events(outlook, 0, 7 * 86'400) / 7, 48, 15);
}

TEST(KalmanModel, is_surer_after_more_evidence) {
  KalmanModel quiet, busy;
  const auto end = core::to_timestamp(kStart) + std::chrono::days(3);
  quiet.learn(every(std::chrono::hours(20), std::chrono::days(3)), end);
  busy.learn(every(std::chrono::minutes(2), std::chrono::days(3)), end);
  EXPECT_LT(busy.variance(), quiet.variance() / 2);
}

TEST(KalmanModel, falls_in_silence_and_comes_back_to_the_long_mean) {
  KalmanModel model;
  const auto end = core::to_timestamp(kStart) + std::chrono::days(14);
  model.learn(every(std::chrono::minutes(10), std::chrono::days(14)), end);
  const double busy = next_day(model, end);
  model.learn({}, end + std::chrono::hours(12));
  Outlook outlook;
  model.predict(end + std::chrono::hours(12), outlook);
  const double soon = expected_events(outlook, 0, 3600);
  EXPECT_LT(soon, busy / 24 / 2);
  EXPECT_GT(expected_events(outlook, 3 * 86'400, 4 * 86'400) / 24, soon);
}

TEST(KalmanModel, tells_the_dispersion_of_bursts) {
  KalmanModel bursty;
  std::vector<core::EventTime> arrivals;
  for (int day = 1; day < 28; ++day) arrivals.insert(arrivals.end(), 20, kStart + std::chrono::days(day));
  bursty.learn(arrivals, core::to_timestamp(kStart) + std::chrono::days(28));
  EXPECT_GT(bursty.noise(), 5);
}

}  // namespace
}  // namespace repopulse::forecast
