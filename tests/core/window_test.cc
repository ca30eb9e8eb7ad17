#include "core/window.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

namespace repopulse::core {
namespace {

using namespace std::chrono_literals;

EventTime at(std::int64_t seconds) {
  return event_time_from_unix(1'700'000'000 + seconds);
}
Timestamp now_at(std::int64_t seconds) {
  return to_timestamp(at(seconds));
}

struct Arrival {
  std::int64_t created_at = 0;
  std::uint64_t id = 0;
  std::string type;
  std::string actor = "ada";
};

// The contract's words, taken literally: sort all, keep the newest, drop the old, group, subtract.
WindowStatistics brute_force(const std::vector<Arrival>& arrivals, const WindowRule& rule, Timestamp now,
                             Actors actors = Actors::kAll) {
  std::set<std::tuple<std::int64_t, std::uint64_t>> seen;
  std::vector<Arrival> all;
  for (const Arrival& arrival : arrivals) {
    const bool is_bot = arrival.actor.ends_with("[bot]");
    if (actors != Actors::kAll && is_bot != (actors == Actors::kBots)) continue;
    if (seen.insert({arrival.created_at, arrival.id}).second) all.push_back(arrival);
  }
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id); });
  if (all.size() > rule.max_events) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(rule.max_events));
  const bool cut = all.size() == rule.max_events;
  const auto old = [&](const Arrival& a) {
    return to_timestamp(at(a.created_at)) <= now - std::chrono::days(rule.days);
  };
  const bool aged = std::any_of(all.begin(), all.end(), old);
  std::erase_if(all, old);
  WindowStatistics out;
  out.events = all.size();
  if (all.empty()) return out;
  out.bounded_by_events = cut && !aged;
  out.from = at(all.front().created_at);
  out.to = at(all.back().created_at);
  std::map<std::string, std::vector<std::int64_t>> by_type;
  for (const Arrival& arrival : all) by_type[arrival.type].push_back(arrival.created_at);
  for (const auto& [type, times] : by_type) {
    GapStatistics s;
    s.type = type;
    s.events = times.size();
    s.first_event_at = at(times.front());
    s.last_event_at = at(times.back());
    if (times.size() >= 2) {
      std::vector<double> gaps;
      for (std::size_t i = 1; i < times.size(); ++i) gaps.push_back(static_cast<double>(times[i] - times[i - 1]));
      const double mean = std::accumulate(gaps.begin(), gaps.end(), 0.0) / static_cast<double>(gaps.size());
      double variance = 0;
      for (const double gap : gaps) variance += (gap - mean) * (gap - mean) / static_cast<double>(gaps.size());
      std::sort(gaps.begin(), gaps.end());
      const auto quantile = [&](double q) {
        const double position = q * static_cast<double>(gaps.size() - 1);
        const auto low = static_cast<std::size_t>(std::floor(position));
        const auto high = static_cast<std::size_t>(std::ceil(position));
        return gaps[low] + (position - std::floor(position)) * (gaps[high] - gaps[low]);
      };
      s.average_seconds = mean;
      s.stddev_seconds = std::sqrt(variance);
      s.median_seconds = quantile(0.5);
      s.p90_seconds = quantile(0.9);
      s.min_seconds = static_cast<std::int64_t>(gaps.front());
      s.max_seconds = static_cast<std::int64_t>(gaps.back());
    }
    out.types.push_back(s);
  }
  return out;
}

void near(const std::optional<double>& a, const std::optional<double>& b) {
  RC_ASSERT(a.has_value() == b.has_value());
  if (a) RC_ASSERT(std::abs(*a - *b) <= 1e-9 * std::max({1.0, std::abs(*a), std::abs(*b)}));
}

void same(const WindowStatistics& a, const WindowStatistics& b) {
  RC_ASSERT(a.events == b.events);
  RC_ASSERT(a.from == b.from);
  RC_ASSERT(a.to == b.to);
  RC_ASSERT(a.bounded_by_events == b.bounded_by_events);
  RC_ASSERT(a.types.size() == b.types.size());
  for (std::size_t i = 0; i < a.types.size(); ++i) {
    const GapStatistics& x = a.types[i];
    const GapStatistics& y = b.types[i];
    RC_ASSERT(x.type == y.type);
    RC_ASSERT(x.events == y.events);
    RC_ASSERT(x.first_event_at == y.first_event_at);
    RC_ASSERT(x.last_event_at == y.last_event_at);
    RC_ASSERT(x.min_seconds == y.min_seconds);
    RC_ASSERT(x.max_seconds == y.max_seconds);
    near(x.average_seconds, y.average_seconds);
    near(x.median_seconds, y.median_seconds);
    near(x.p90_seconds, y.p90_seconds);
    near(x.stddev_seconds, y.stddev_seconds);
  }
}

RC_GTEST_PROP(Window, equals_brute_force_over_the_same_events_in_any_order, ()) {
  const WindowRule rule{*rc::gen::inRange(1, 4), static_cast<std::size_t>(*rc::gen::inRange(1, 40))};
  Window window(rule, std::make_shared<const BotPatterns>(BotPatterns::well_known()));
  std::vector<Arrival> arrivals;
  std::int64_t clock = 0;
  const int steps = *rc::gen::inRange(0, 120);
  for (int i = 0; i < steps; ++i) {
    clock += *rc::gen::inRange(0, 9000);
    const int late = *rc::gen::element(0, 0, 0, 1, 500, 400'000);
    Arrival arrival{clock - late, static_cast<std::uint64_t>(*rc::gen::inRange(1, 50)),
                    *rc::gen::element<std::string>("PushEvent", "IssuesEvent", "WatchEvent", "NobodyKnowsEvent"),
                    *rc::gen::element<std::string>("ada", "ada", "dependabot[bot]")};
    // One identity has one type.
    const auto twin = std::find_if(arrivals.begin(), arrivals.end(), [&](const Arrival& other) {
      return other.created_at == arrival.created_at && other.id == arrival.id;
    });
    if (twin != arrivals.end()) {
      arrival.type = twin->type;
      arrival.actor = twin->actor;
    }
    window.insert({arrival.id, at(arrival.created_at)}, arrival.type, Timestamp::max(), arrival.actor);
    arrivals.push_back(arrival);
    if (*rc::gen::inRange(0, 4) == 0) {
      const Timestamp now = now_at(clock + *rc::gen::inRange(0, 300'000));
      same(window.statistics(now), brute_force(arrivals, rule, now));
    }
  }
  const Timestamp now = now_at(clock) + std::chrono::milliseconds(*rc::gen::inRange(0, 2000));
  for (const Actors actors : {Actors::kAll, Actors::kPeople, Actors::kBots}) {
    same(window.statistics(now, actors), brute_force(arrivals, rule, now, actors));
  }
}

TEST(Window, an_empty_window_has_no_types_and_no_bounds) {
  const WindowStatistics s = Window().statistics(now_at(0));
  EXPECT_EQ(s.events, 0u);
  EXPECT_FALSE(s.from);
  EXPECT_TRUE(s.types.empty());
}

TEST(Window, one_event_has_no_average) {
  Window window;
  EXPECT_TRUE(window.insert({1, at(0)}, "PushEvent"));
  const GapStatistics s = window.statistics(now_at(10)).types.at(0);
  EXPECT_EQ(s.events, 1u);
  EXPECT_FALSE(s.average_seconds || s.median_seconds || s.stddev_seconds || s.events_per_hour || s.expected_next_at);
}

TEST(Window, averages_are_last_minus_first_over_gaps) {
  Window window;
  window.insert({1, at(0)}, "PushEvent");
  window.insert({3, at(100)}, "PushEvent");
  window.insert({2, at(400)}, "PushEvent");
  const GapStatistics s = window.statistics(now_at(500)).types.at(0);
  EXPECT_DOUBLE_EQ(*s.average_seconds, 200);
  EXPECT_DOUBLE_EQ(*s.median_seconds, 200);
  EXPECT_DOUBLE_EQ(*s.stddev_seconds, 100);
  EXPECT_DOUBLE_EQ(*s.events_per_hour, 18);
  EXPECT_NEAR(*s.burstiness, -1.0 / 3, 1e-12);
  EXPECT_EQ(*s.expected_next_at, at(600));
}

TEST(Window, a_second_holds_many_events_and_an_average_of_zero_has_no_rate) {
  Window window;
  window.insert({1, at(0)}, "PushEvent");
  window.insert({2, at(0)}, "PushEvent");
  const GapStatistics s = window.statistics(now_at(1)).types.at(0);
  EXPECT_DOUBLE_EQ(*s.average_seconds, 0);
  EXPECT_FALSE(s.events_per_hour);
  EXPECT_FALSE(s.burstiness);
}

TEST(Window, shrinks_as_time_passes_without_a_change) {
  Window window;
  window.insert({1, at(0)}, "PushEvent");
  window.insert({2, at(1000)}, "PushEvent");
  constexpr std::int64_t kWeek = 7 * 86'400;
  EXPECT_EQ(window.statistics(now_at(kWeek - 1)).events, 2u);
  EXPECT_EQ(window.statistics(now_at(kWeek)).events, 1u);
  EXPECT_EQ(window.next_change(now_at(1000)), now_at(kWeek));
  EXPECT_EQ(window.statistics(now_at(kWeek + 1000)).events, 0u);
}

TEST(Window, an_event_ahead_of_the_clock_is_outside_until_its_time_comes) {
  Window window({7, 3});
  constexpr std::int64_t kYear = 365 * 86'400;
  window.insert({1, at(0)}, "PushEvent", now_at(10));
  window.insert({2, at(10 + 120)}, "PushEvent", now_at(10));  // two minutes: clocks differ
  window.insert({3, at(10 + 121)}, "WatchEvent", now_at(10));
  const WindowStatistics s = window.statistics(now_at(10));
  EXPECT_EQ(s.events, 2u);
  EXPECT_EQ(*s.to, at(130));
  EXPECT_EQ(window.newest(now_at(10)), at(130));
  EXPECT_EQ(window.arrivals(now_at(10)), (std::vector{at(0), at(130)}));
  EXPECT_EQ(window.next_change(now_at(10)), now_at(11));
  EXPECT_EQ(window.statistics(now_at(11)).events, 3u);
  EXPECT_FALSE(window.from(now_at(-kYear))) << "the clock went back";
  EXPECT_EQ(window.statistics(now_at(-kYear)).events, 0u);
  EXPECT_FALSE(window.newest(now_at(-kYear)));
}

TEST(Window, events_ahead_push_no_other_out_and_are_among_the_newest_once_their_time_has_come) {
  Window window({7, 3});
  for (std::uint64_t i = 1; i <= 100; ++i) {
    window.insert({100 + i, at(5000 + static_cast<std::int64_t>(i))}, "WatchEvent", now_at(100));
  }
  for (std::uint64_t i = 1; i <= 5; ++i) {
    window.insert({i, at(static_cast<std::int64_t>(i))}, "PushEvent", now_at(100));
  }
  EXPECT_EQ(window.stored(), 6u) << "as many ahead as inside";
  EXPECT_EQ(window.statistics(now_at(100)).from, at(3));
  EXPECT_EQ(window.statistics(now_at(100)).to, at(5));
  const WindowStatistics later = window.statistics(now_at(5002 - 120));
  EXPECT_EQ(later.events, 3u);
  EXPECT_EQ(later.from, at(5));
  EXPECT_EQ(later.to, at(5002));
  EXPECT_TRUE(later.bounded_by_events);
  EXPECT_TRUE(window.insert({6, at(6)}, "PushEvent", now_at(100)));
  EXPECT_EQ(window.statistics(now_at(100)).from, at(4));
}

TEST(Window, keeps_the_newest_events_and_says_what_bounds_it) {
  Window window({7, 3});
  for (std::uint64_t i = 1; i <= 5; ++i) window.insert({i, at(static_cast<std::int64_t>(i))}, "PushEvent");
  EXPECT_FALSE(window.insert({9, at(1)}, "PushEvent")) << "older than the three that are in";
  const WindowStatistics s = window.statistics(now_at(10));
  EXPECT_EQ(s.events, 3u);
  EXPECT_EQ(*s.from, at(3));
  EXPECT_TRUE(s.bounded_by_events);
}

TEST(Window, one_id_at_two_times_is_two_events) {
  Window window;
  EXPECT_TRUE(window.insert({1, at(0)}, "PushEvent"));
  EXPECT_FALSE(window.insert({1, at(0)}, "PushEvent"));
  EXPECT_TRUE(window.insert({1, at(50)}, "PushEvent"));
  EXPECT_EQ(window.stored(), 2u);
}

}  // namespace
}  // namespace repopulse::core
