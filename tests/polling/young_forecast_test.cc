// What people are told of a repository that is new: each policy that forecasts, fed as the service feeds it. The test
// knows the rates by which the events come.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/events_feed.h"
#include "polling/policy_table.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Timestamp;

constexpr EventTime kMonday{std::chrono::sys_days(std::chrono::year(2024) / 1 / 8)};
constexpr const char* kFeed = "repos/o/r";
constexpr int kLives = 12;  // of each kind

double uniform(std::mt19937_64& random) {
  return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
}

// How a repository's events come: by chance, with a rate that depends on the hour of the week, each as a crowd of so
// many within five minutes.
struct Life {
  std::string name;
  std::function<double(int)> per_hour;  // crowds, by hour since Monday
  int crowd = 1;

  double expected(EventTime from, int hours) const {
    double sum = 0;
    for (int h = 0; h < hours; ++h) sum += crowd * per_hour(hour_of_week(from + h * 1h));
    return sum;
  }
  std::vector<EventTime> draw(EventTime from, EventTime until, std::uint64_t seed) const {
    std::mt19937_64 random(seed);
    std::vector<EventTime> events;
    double most = 0;
    for (int h = 0; h < 7 * 24; ++h) most = std::max(most, per_hour(h));
    for (double hours = 0;;) {
      hours -= std::log(uniform(random)) / most;
      const EventTime at = from + core::Seconds(static_cast<std::int64_t>(hours * 3600));
      if (at >= until) break;
      if (uniform(random) * most >= per_hour(hour_of_week(at))) continue;
      for (int i = 0; i < crowd; ++i) {
        events.push_back(at + core::Seconds(i == 0 ? 0 : static_cast<std::int64_t>(uniform(random) * 300)));
      }
    }
    std::erase_if(events, [until](EventTime at) { return at >= until; });
    std::ranges::sort(events);
    return events;
  }
  static int hour_of_week(EventTime at) {
    return static_cast<int>(std::chrono::floor<std::chrono::hours>(at - kMonday).count() % (7 * 24));
  }
};

const Life kSteady{"steady", [](int) { return 12.0; }};
const Life kCrowded{"crowded", [](int) { return 0.5; }, 20};
const Life kDaily{"by day", [](int h) { return h % 24 >= 8 && h % 24 < 18 ? 24.0 : 0.0; }};
const Life kWeekdays{"on weekdays", [](int h) { return h < 5 * 24 && h % 24 >= 8 && h % 24 < 18 ? 6.0 : 0.0; }};

std::vector<EventTime> between(const std::vector<EventTime>& events, EventTime from, EventTime until) {
  return {std::ranges::lower_bound(events, from), std::ranges::lower_bound(events, until)};
}

// A policy and the one repository that it knows, which comes in as at the service: without a history, which turns out
// to be empty; then its feed is read.
class Watched {
 public:
  explicit Watched(std::string_view policy) : policy_(*make_policy(policy, {})) {}

  // The first read of the feed, which shows `events`.
  void meet(std::span<const EventTime> events, EventTime at) {
    policy_->add_without_history(kFeed, {}, {}, core::to_timestamp(at));
    policy_->give_history(kFeed, {});
    read(events, at, true);
  }
  void read(std::span<const EventTime> events, EventTime at, bool first = false) {
    PollObservation poll;
    poll.at = core::to_timestamp(at) + 1s;
    if (!first) poll.previous = read_at_;
    poll.arrivals = events;
    poll.first_contact = first;
    policy_->observe(kFeed, poll);
    read_at_ = poll.at;
  }
  // Reads what comes until then, every ten minutes.
  void live(const std::vector<EventTime>& events, EventTime from, EventTime until) {
    for (EventTime at = from; at < until;) {
      const EventTime next = std::min(at + 10min, until);
      read(between(events, at, next), next);
      at = next;
    }
  }
  std::optional<std::vector<HourForecast>> forecast(int hours = 24) const {
    return policy_->forecast(kFeed, read_at_, hours);
  }

 private:
  std::unique_ptr<Policy> policy_;
  Timestamp read_at_{};
};

// How the forecasts of many lives fared.
struct Fared {
  int forecasts = 0;
  double told = 0, due = 0;
  double least = 1e9, most = 0;  // told / due of a single one
  int hours = 0, held = 0;
  double width = 0;  // of the intervals, added up
  double ratio() const { return told / due; }
  double share_held() const { return static_cast<double>(held) / hours; }
};

void judge(const Life& life, const std::vector<HourForecast>& forecast, const std::vector<EventTime>& events,
           Fared& fared) {
  double told = 0;
  for (const HourForecast& hour : forecast) {
    told += hour.expected;
    const auto came = static_cast<double>(between(events, hour.from, hour.from + 1h).size());
    ++fared.hours;
    fared.held += hour.low <= came && came <= hour.high ? 1 : 0;
    fared.width += hour.high - hour.low;
  }
  const double due = life.expected(forecast.front().from, static_cast<int>(forecast.size()));
  ++fared.forecasts;
  fared.told += told;
  fared.due += due;
  fared.least = std::min(fared.least, told / due);
  fared.most = std::max(fared.most, told / due);
}

// How all that is known of a repository became known.
enum class Known {
  kShown,  // by the first read of its feed, which shows what happened before
  kRead,   // read as it came
};

// A forecast for the day after `begin` + `known`, of many lives.
Fared forecasts_of(std::string_view policy, const Life& life, core::Seconds known, Known how,
                   EventTime begin = kMonday + 9h) {
  Fared fared;
  for (std::uint64_t seed = 1; seed <= kLives; ++seed) {
    const EventTime now = begin + known;
    const std::vector<EventTime> events = life.draw(begin, now + 25h, seed);
    Watched watched(policy);
    if (how == Known::kShown) {
      auto before = between(events, begin, now);
      if (before.size() > core::kFeedDepth) {
        before.erase(before.begin(), before.end() - static_cast<std::ptrdiff_t>(core::kFeedDepth));
      }
      watched.meet(before, now);
    } else {
      watched.meet({}, begin);
      watched.live(events, begin, now);
    }
    if (const auto forecast = watched.forecast()) judge(life, *forecast, events, fared);
  }
  return fared;
}

class YoungForecast : public testing::TestWithParam<std::string_view> {};

TEST_P(YoungForecast, is_near_what_is_due_where_events_come_steadily) {
  struct Case {
    core::Seconds known;
    double least, most;  // of what is due, each single forecast
  };
  for (const Case& of : {Case{2h + 10min, 0.4, 2}, {6h, 0.6, 1.6}, {25h, 0.75, 1.4}, {72h, 0.8, 1.35}}) {
    for (const Known how : {Known::kShown, Known::kRead}) {
      SCOPED_TRACE(std::to_string(of.known.count() / 3600) + " h" + (how == Known::kShown ? ", shown" : ", read"));
      const Fared fared = forecasts_of(GetParam(), kSteady, of.known, how);
      EXPECT_GE(fared.forecasts, kLives * 3 / 4);
      EXPECT_GT(fared.least, of.least);
      EXPECT_LT(fared.most, of.most);
      EXPECT_GT(fared.share_held(), 0.9);
    }
  }
}

TEST_P(YoungForecast, has_ever_narrower_intervals_the_longer_a_repository_is_known) {
  double before = 1e9;
  for (const core::Seconds known :
       {core::Seconds(6h), core::Seconds(25h), core::Seconds(72h), core::Seconds(9 * 24h)}) {
    const Fared fared = forecasts_of(GetParam(), kSteady, known, Known::kRead);
    EXPECT_LT(fared.width / fared.told, before) << known.count() / 3600 << " h";
    before = fared.width / fared.told;
  }
}

TEST_P(YoungForecast, is_near_what_is_due_where_events_come_in_crowds) {
  for (const core::Seconds known : {core::Seconds(25h), core::Seconds(72h), core::Seconds(8 * 24h)}) {
    for (const Known how : {Known::kShown, Known::kRead}) {
      SCOPED_TRACE(std::to_string(known.count() / 3600) + " h" + (how == Known::kShown ? ", shown" : ", read"));
      const Fared fared = forecasts_of(GetParam(), kCrowded, known, how);
      EXPECT_GT(fared.ratio(), 0.6);
      EXPECT_LT(fared.ratio(), 1.6);
      EXPECT_GT(fared.share_held(), 0.8);
    }
  }
}

// Met in the middle of its first day, nothing tells of its nights: intervals must allow for them.
TEST_P(YoungForecast, allows_for_hours_of_the_day_that_it_does_not_know) {
  for (const core::Seconds known : {core::Seconds(2h + 10min), core::Seconds(6h)}) {
    const Fared fared = forecasts_of(GetParam(), kDaily, known, Known::kRead);
    EXPECT_GT(fared.ratio(), 0.7) << known.count() / 3600 << " h";
    EXPECT_LT(fared.ratio(), 3) << known.count() / 3600 << " h";
    EXPECT_GT(fared.share_held(), 0.9) << known.count() / 3600 << " h";
  }
}

TEST_P(YoungForecast, learns_from_the_first_night_that_a_repository_sleeps) {
  for (const core::Seconds known : {core::Seconds(25h), core::Seconds(72h), core::Seconds(8 * 24h)}) {
    for (const Known how : {Known::kShown, Known::kRead}) {
      SCOPED_TRACE(std::to_string(known.count() / 3600) + " h" + (how == Known::kShown ? ", shown" : ", read"));
      const Fared fared = forecasts_of(GetParam(), kDaily, known, how);
      EXPECT_GT(fared.ratio(), 0.55);
      EXPECT_LT(fared.ratio(), 1.5);
      EXPECT_GT(fared.share_held(), 0.9);
    }
  }
}

TEST_P(YoungForecast, knows_after_some_weeks_that_a_repository_rests_at_weekends) {
  const core::Seconds three_weeks = 19 * 24h - 9h;
  const Fared friday = forecasts_of(GetParam(), kWeekdays, three_weeks - 24h, Known::kRead);
  const Fared saturday = forecasts_of(GetParam(), kWeekdays, three_weeks, Known::kRead);
  EXPECT_GT(friday.ratio(), 0.6);
  EXPECT_LT(friday.ratio(), 1.5);
  EXPECT_LT(saturday.told, 0.5 * friday.told);
  EXPECT_GT(saturday.share_held(), 0.9);
}

TEST_P(YoungForecast, allows_for_a_quiet_weekend_that_it_has_not_seen_yet) {
  const Fared saturday = forecasts_of(GetParam(), kWeekdays, 5 * 24h - 9h, Known::kRead);
  EXPECT_EQ(saturday.forecasts, kLives);
  EXPECT_GT(saturday.share_held(), 0.9);
}

TEST_P(YoungForecast, learns_from_what_the_first_read_of_a_feed_shows) {
  const Life rare{"rare", [](int) { return 10.0 / 24; }};
  const Fared month = forecasts_of(GetParam(), rare, 30 * 24h, Known::kShown);
  EXPECT_GT(month.ratio(), 0.75);
  EXPECT_LT(month.ratio(), 1.3);
  EXPECT_GT(month.share_held(), 0.9);
  const Life busy{"busy", [](int) { return 100.0; }};
  const Fared page = forecasts_of(GetParam(), busy, 3h, Known::kShown);
  EXPECT_GT(page.least, 0.5);
  EXPECT_LT(page.most, 1.5);
  EXPECT_GT(page.share_held(), 0.9);
  const Life crowds{"busy in crowds", [](int) { return 5.0; }, 20};
  const Fared crowded = forecasts_of(GetParam(), crowds, 3h, Known::kShown);
  EXPECT_LT(crowded.ratio(), 0.8 * page.ratio()) << "crowds need not go on";
  EXPECT_GT(crowded.ratio(), 0.2);
}

TEST_P(YoungForecast, plans_polls_as_if_the_first_read_had_been_known_before) {
  const EventTime now = kMonday + 34h;
  const std::vector<EventTime> events = kSteady.draw(kMonday + 9h, now, 1);
  const auto told = *make_policy(GetParam(), {});
  told->add(kFeed, events, {}, core::to_timestamp(now));
  const auto shown = *make_policy(GetParam(), {});
  shown->add(kFeed, {}, {}, core::to_timestamp(now));
  PollObservation poll{.at = core::to_timestamp(now) + 1s, .arrivals = {}, .first_contact = true};
  told->observe(kFeed, poll);
  poll.arrivals = events;
  shown->observe(kFeed, poll);
  EXPECT_NEAR(shown->rate(kFeed) / told->rate(kFeed), 1, 0.02);
}

TEST_P(YoungForecast, is_left_out_where_nothing_honest_can_be_said) {
  const EventTime now = kMonday + 34h;
  const auto shown = [&](const std::vector<core::Seconds>& ago) {
    std::vector<EventTime> events;
    for (const core::Seconds before : ago) events.push_back(now - before);
    Watched watched(GetParam());
    watched.meet(events, now);
    return watched.forecast().has_value();
  };
  std::vector<core::Seconds> hourly, minutely, crowd{core::Seconds(20h)};
  for (int i = 10; i > 0; --i) hourly.push_back(i * 1h);
  for (int i = 60; i > 0; --i) minutely.push_back(i * 1min);
  for (int i = 20; i > 0; --i) crowd.push_back(3h + i * 1s);
  EXPECT_TRUE(shown(hourly));
  hourly.pop_back();
  EXPECT_FALSE(shown(hourly)) << "nine events";
  EXPECT_FALSE(shown(minutely)) << "of one hour";
  EXPECT_FALSE(shown(crowd)) << "one crowd";
  EXPECT_FALSE(shown({}));
}

INSTANTIATE_TEST_SUITE_P(Policies, YoungForecast, testing::Values("kalman", "sarima", "adaptive"),
                         [](const auto& policy) { return std::string(policy.param); });

}  // namespace
}  // namespace repopulse::polling
