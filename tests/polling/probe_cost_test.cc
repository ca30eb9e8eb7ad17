#include "polling/probe_cost.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace repopulse::polling {
namespace {

using forecast::Horizon;
using forecast::Outlook;

// A number that is spread evenly over the magnitudes between the two.
double magnitude(double least, double most) {
  const double share = *rc::gen::inRange(0, 1001) / 1000.0;
  return least * std::pow(most / least, share);
}

// A rate that holds for some cells, then another, or none.
Outlook outlook() {
  Outlook made{};
  double rate = 0;
  for (std::size_t c = 0; c < made.size(); ++c) {
    if (c % 8 == 0) rate = *rc::gen::inRange(0, 4) == 0 ? 0 : magnitude(1e-7, 1e-2);
    made[c] = rate;
  }
  return made;
}

struct Feeds {
  std::vector<Outlook> outlooks;
  std::vector<ProbedOutlook> probed;
};

Feeds feeds() {
  Feeds made;
  const std::size_t number = *rc::gen::inRange<std::size_t>(1, 6);
  for (std::size_t i = 0; i < number; ++i) made.outlooks.push_back(outlook());
  for (const Outlook& each : made.outlooks) {
    const double informed = *rc::gen::inRange(0, 2) == 0 ? 0 : magnitude(1, 1e5);
    made.probed.push_back({&each, informed, *rc::gen::inRange(0, 101) / 100.0});
  }
  return made;
}

// Events of all feeds between two moments, by brute force.
double expected(const Feeds& feeds, double from, double to) {
  double sum = 0;
  for (const ProbedOutlook& feed : feeds.probed) {
    const double begin = std::max(0.0, from - feed.informed);
    sum += feed.seen * forecast::expected_events(*feed.outlook, begin, std::max(begin, to - feed.informed));
  }
  return sum;
}

// The first moment at which N² ≥ 3 λ / price, to a thousandth of a cell: λ is the mean rate of the cell.
double due_by_brute_force(const Feeds& feeds, double price) {
  constexpr int kSteps = 1'000;
  const auto edges = Horizon::edges();
  double before = 0;
  for (std::size_t c = 0; c < Horizon::kCells; ++c) {
    const double width = edges[c + 1] - edges[c];
    const double events = expected(feeds, edges[c], edges[c + 1]);
    for (int i = 0; events > 0 && i <= kSteps; ++i) {
      const double waiting = before + events * i / kSteps;
      if (waiting * waiting >= 3 * (events / width) / price) return edges[c] + width * i / kSteps;
    }
    before += events;
  }
  return edges.back();
}

RC_GTEST_PROP(ProbeCost, a_probe_is_due_when_the_square_of_what_waits_is_three_times_the_rate_by_the_price, ()) {
  const Feeds all = feeds();
  const double price = magnitude(1e-7, 1e-1);
  const double due = probe_due_after(all.probed, price);
  const double expected_due = due_by_brute_force(all, price);
  const auto edges = Horizon::edges();
  const auto cell = static_cast<std::size_t>(std::ranges::upper_bound(edges, expected_due) - edges.begin());
  const double step = cell < edges.size() ? (edges[cell] - edges[cell - 1]) / 500 : edges[cell - 1] * 1e-9;
  RC_LOG() << due << " and by brute force " << expected_due;
  RC_ASSERT(std::abs(due - expected_due) <= step);
}

TEST(ProbeCost, at_a_constant_rate_a_probe_is_due_at_the_root_of_three_by_rate_and_price) {
  Outlook constant;
  constant.fill(1e-4);
  const std::vector<ProbedOutlook> three(3, {&constant});
  EXPECT_NEAR(probe_due_after(three, 1e-3), std::sqrt(3 / (3e-4 * 1e-3)), 1);
}

TEST(ProbeCost, a_probe_that_sees_nothing_is_due_at_the_end_of_the_horizon) {
  Outlook constant;
  constant.fill(1e-2);
  EXPECT_EQ(probe_due_after({}, 1e-3), Horizon::edges().back());
  const std::vector<ProbedOutlook> unseen = {{&constant, 0, 0}};
  EXPECT_EQ(probe_due_after(unseen, 1e-3), Horizon::edges().back());
}

TEST(ProbeCost, a_feed_that_is_informed_later_makes_the_probe_due_later) {
  Outlook constant;
  constant.fill(1e-4);
  const std::vector<ProbedOutlook> early = {{&constant}, {&constant}};
  const std::vector<ProbedOutlook> late = {{&constant}, {&constant, 3'000}};
  EXPECT_GT(probe_due_after(late, 1e-3), probe_due_after(early, 1e-3));
  EXPECT_LT(probe_due_after(late, 1e-3), probe_due_after(std::vector<ProbedOutlook>{{&constant}}, 1e-3));
}

// --- which feeds are probed ---

// The first `direct` by themselves, the rest read after every `interval` seconds if something came.
double cost(const std::vector<double>& rates, std::size_t direct, double interval, double price) {
  double own = 0, reads = 0, sum = 0;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    if (i < direct) {
      own += std::sqrt(2 * price * rates[i]);
    } else {
      reads += 1 - std::exp(-rates[i] * interval);
      sum += rates[i];
    }
  }
  if (direct == rates.size()) return own;
  return own + (1 + 0.75 * reads) / interval + price * sum * interval / 2;
}

double best_cost(const std::vector<double>& rates, std::size_t direct, double price) {
  double best = std::numeric_limits<double>::infinity();
  for (double interval = 1; interval < 1e9; interval *= 1.02) {
    best = std::min(best, cost(rates, direct, interval, price));
  }
  return best;
}

RC_GTEST_PROP(ProbeCost, the_division_is_the_best_of_all, ()) {
  std::vector<double> rates(*rc::gen::inRange<std::size_t>(0, 13));
  for (double& rate : rates) rate = magnitude(1e-8, 1e-1);
  std::ranges::sort(rates, std::ranges::greater{});
  const double price = magnitude(1e-6, 1e-2);
  const ProbeDivision division = divide_for_probe(rates, price);
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k <= rates.size(); ++k) best = std::min(best, best_cost(rates, k, price));
  constexpr double kGrid = 1.03;
  RC_LOG() << division.direct << " of " << rates.size() << " cost " << division.cost << ", the best " << best;
  RC_ASSERT(division.direct <= rates.size());
  RC_ASSERT(division.cost <= best * kGrid);
  RC_ASSERT(division.cost >= best * 0.999);
  RC_ASSERT(best_cost(rates, division.direct, price) <= best * kGrid);
  RC_ASSERT(std::abs(division.alone - cost(rates, rates.size(), 1, price)) <= 1e-9 * division.alone);
  RC_ASSERT(division.cost <= division.alone);
}

TEST(ProbeCost, one_feed_gains_nothing_from_a_probe) {
  for (const double rate : {1e-8, 1e-5, 1e-2}) {
    const ProbeDivision division = divide_for_probe(std::vector<double>{rate}, 1e-4);
    EXPECT_EQ(division.direct, 1u);
    EXPECT_EQ(division.cost, division.alone);
  }
}

TEST(ProbeCost, many_quiet_feeds_gain_much_and_a_busy_one_among_them_is_asked_by_itself) {
  std::vector<double> rates = {1};
  rates.insert(rates.end(), 30, 1e-5);
  const ProbeDivision division = divide_for_probe(rates, 1e-3);
  EXPECT_EQ(division.direct, 1u);
  const double busy = std::sqrt(2 * 1e-3);
  EXPECT_LT(division.cost - busy, 0.4 * (division.alone - busy));
}

}  // namespace
}  // namespace repopulse::polling
