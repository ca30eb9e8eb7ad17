#include "forecast/self_exciting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace repopulse::forecast {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Timestamp;

constexpr std::int64_t kStart = 1'731'283'200;  // a Monday, 0:00 UTC
Timestamp at(double seconds) {
  return core::timestamp_from_unix_millis(static_cast<std::int64_t>((kStart + seconds) * 1e3));
}
double uniform(std::mt19937_64& random) {
  return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
}

std::vector<EventTime> poisson(double per_day, double days, std::uint64_t seed, double from = 0) {
  std::mt19937_64 random(seed);
  std::vector<EventTime> arrivals;
  for (double t = from;;) {
    t -= std::log(uniform(random)) * 86'400 / per_day;
    if (t > from + days * 86'400) return arrivals;
    arrivals.push_back(core::event_time_from_unix(kStart + static_cast<std::int64_t>(t)));
  }
}

double expected_within(SelfExcitingModel& model, double from, double span) {
  Outlook outlook;
  model.predict(at(from), outlook);
  return expected_events(outlook, 0, span);
}

SelfExcitingModel lonely() {
  return SelfExcitingModel(std::make_shared<Neighbourhood>());
}

TEST(SelfExcitingModel, expects_little_of_a_feed_of_which_nothing_is_known) {
  auto model = lonely();
  model.learn({}, at(0));
  const double day = expected_within(model, 0, 86'400);
  EXPECT_GT(day, 0.0);
  EXPECT_LT(day, 3.0);
}

TEST(SelfExcitingModel, learns_the_rate_of_independent_arrivals) {
  auto model = lonely();
  model.learn(poisson(50, 56, 1), at(56 * 86'400));
  EXPECT_NEAR(expected_within(model, 56 * 86'400, 7 * 86'400) / 7, 50, 12);
  EXPECT_LT(model.dispersion(), 1.3);
}

TEST(SelfExcitingModel, expects_more_right_after_an_event_of_a_bursty_feed) {
  std::mt19937_64 random(3);
  std::vector<EventTime> arrivals;  // five events within minutes, three times a day
  for (const EventTime first : poisson(3, 28, 7)) {
    for (int i = 0; i < 5; ++i)
      arrivals.push_back(first + std::chrono::seconds(static_cast<int>(600 * uniform(random))));
  }
  std::ranges::sort(arrivals);
  auto model = lonely();
  model.learn(arrivals, at(28 * 86'400));
  const double quiet = expected_within(model, 28.4 * 86'400, 600);
  const std::vector<EventTime> one{core::to_event_time(at(28.4 * 86'400))};
  model.learn(one, at(28.4 * 86'400));
  EXPECT_GT(expected_within(model, 28.4 * 86'400, 600), 5 * quiet);
  EXPECT_GT(model.dispersion(), 2.0);
}

TEST(SelfExcitingModel, knows_nights_and_weekends) {
  std::mt19937_64 random(11);
  std::vector<EventTime> arrivals;
  for (const EventTime t : poisson(200, 28, 5)) {
    const auto hour = (core::unix_seconds(t) - kStart) / 3600;
    if (hour % 24 >= 8 && hour % 24 < 18 && (hour / 24) % 7 < 5) arrivals.push_back(t);
  }
  auto model = lonely();
  model.learn(arrivals, at(28 * 86'400));
  Outlook outlook;
  model.predict(at(28 * 86'400), outlook);
  const double noon = expected_events(outlook, 12 * 3600, 13 * 3600);
  EXPECT_GT(noon, 4 * expected_events(outlook, 2 * 3600, 3 * 3600));
  EXPECT_GT(noon, 3 * expected_events(outlook, (5 * 24 + 12) * 3600, (5 * 24 + 13) * 3600));
}

TEST(SelfExcitingModel, knows_the_weekends_of_a_feed_with_thousands_of_events_a_day) {
  std::vector<EventTime> arrivals = poisson(3000, 12, 13);  // until a Friday's end
  std::erase_if(arrivals, [](EventTime t) { return (core::unix_seconds(t) - kStart) / 86'400 % 7 >= 5; });
  auto model = lonely();
  model.learn(arrivals, at(12 * 86'400));
  Outlook outlook;
  model.predict(at(12 * 86'400), outlook);
  const double sunday = expected_events(outlook, 86'400, 2 * 86'400);
  const double tuesday = expected_events(outlook, 3 * 86'400, 4 * 86'400);
  EXPECT_LT(sunday, 0.2 * tuesday);
}

// Of three neighbours over thirty days two wake together.
struct Neighbours {
  Neighbours() {
    const auto together = poisson(2, 30, 21);
    stranger.learn(poisson(2, 30, 99), end);
    there.learn(together, end);
    here.learn(together, end);
  }

  const Timestamp end = at(30 * 86'400);
  const std::shared_ptr<Neighbourhood> neighbourhood = std::make_shared<Neighbourhood>();
  SelfExcitingModel here{neighbourhood, "here"}, there{neighbourhood, "there"}, stranger{neighbourhood, "stranger"};
};

TEST(SelfExcitingModel, hears_a_neighbour_that_wakes_with_it) {
  Neighbours neighbours;
  auto& [end, neighbourhood, here, there, stranger] = neighbours;
  ASSERT_EQ(here.parameters().partners.size(), 1u);
  const double before = expected_within(here, 30 * 86'400, 7200);
  const std::vector<EventTime> woken{core::to_event_time(end) + 1800s};
  there.learn(woken, end + 1h);
  EXPECT_GT(expected_within(here, 30 * 86'400, 7200), before + 0.2);
}

// What decides whether a prediction is made anew: it must be whenever it would be another, and need not be else.
TEST(SelfExcitingModel, is_outdated_by_what_a_partner_learns_and_by_nothing_that_a_stranger_does) {
  Neighbours neighbours;
  auto& [end, neighbourhood, here, there, stranger] = neighbours;
  ASSERT_EQ(here.parameters().partners.size(), 1u);
  EXPECT_EQ(there.listeners(), std::vector<std::string>{"here"});
  Outlook before, after;
  here.predict(at(30 * 86'400), before);
  EXPECT_FALSE(here.outdated());
  stranger.learn({}, end + 1h);
  EXPECT_FALSE(here.outdated());
  here.predict(at(30 * 86'400), after);
  EXPECT_EQ(before, after);
  there.learn({}, end + 1h);  // that it was silent says something as well
  EXPECT_TRUE(here.outdated());
  here.predict(at(30 * 86'400), after);
  EXPECT_NE(before, after);
  EXPECT_FALSE(here.outdated());
}

TEST(SelfExcitingModel, takes_events_that_are_told_late) {
  auto model = lonely();
  model.learn(poisson(20, 20, 2), at(20 * 86'400));
  const double before = expected_within(model, 20 * 86'400, 3600);
  const std::vector<EventTime> late{core::to_event_time(at(20 * 86'400 - 1200))};
  model.learn(late, at(20 * 86'400 + 60));
  EXPECT_GT(expected_within(model, 20 * 86'400 + 60, 3600), before);
}

TEST(SelfExcitingModel, gives_finite_rates_whatever_came) {
  auto model = lonely();
  const std::vector<EventTime> flood(5000, core::event_time_from_unix(kStart));
  model.learn(flood, at(1));
  Outlook outlook;
  model.predict(at(1), outlook);
  for (const double rate : outlook) {
    EXPECT_TRUE(std::isfinite(rate));
    EXPECT_GE(rate, 0.0);
  }
}

}  // namespace
}  // namespace repopulse::forecast
